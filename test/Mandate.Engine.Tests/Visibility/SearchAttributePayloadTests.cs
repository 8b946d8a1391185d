using System.Text;
using Google.Protobuf;
using Mandate.Engine.Storage.Records;
using Mandate.Engine.Visibility.Attributes;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Tests.Visibility;

public sealed class SearchAttributePayloadTests
{
    private static readonly SearchAttributeCatalog Catalog = Registered(("CustomerId", IndexedValueType.Keyword), ("Amount", IndexedValueType.Int));

    [Theory]
    [InlineData(IndexedValueType.Keyword, "\"a\"", "a")]
    [InlineData(IndexedValueType.Keyword, "[\"a\"]", "a")]
    [InlineData(IndexedValueType.Keyword, "null", "")]
    [InlineData(IndexedValueType.Keyword, "[]", "")]
    [InlineData(IndexedValueType.Text, "\"Hello World hello\"", "hello|world")]
    [InlineData(IndexedValueType.Int, "42", "42")]
    [InlineData(IndexedValueType.Int, "-9223372036854775808", "-9223372036854775808")]
    [InlineData(IndexedValueType.Double, "1.5", "1.5")]
    [InlineData(IndexedValueType.Double, "2", "2")]
    [InlineData(IndexedValueType.Bool, "true", "1")]
    [InlineData(IndexedValueType.Bool, "[false]", "0")]
    [InlineData(IndexedValueType.Datetime, "\"1970-01-01T00:00:00.0000001Z\"", "621355968000000001")]
    [InlineData(IndexedValueType.KeywordList, "[\"a\",\"b\",\"a\"]", "a|b")]
    [InlineData(IndexedValueType.KeywordList, "[]", "")]
    public void TryRead_FittingJson_GivesTheValues(IndexedValueType type, string json, string expected)
    {
        SearchAttributePayload.TryRead(Payload(json), type, out var values).ShouldBeNull();

        string.Join('|', values.Select(v => v.Text ?? (v.IsReal ? v.Real.ToString("R") : v.Integer.ToString()))).ShouldBe(expected);
    }

    [Theory]
    [InlineData(IndexedValueType.Keyword, "1", "no string")]
    [InlineData(IndexedValueType.Keyword, "[\"a\",\"b\"]", "KeywordList")]
    [InlineData(IndexedValueType.Int, "1.5", "no integer")]
    [InlineData(IndexedValueType.Int, "\"1\"", "no integer")]
    [InlineData(IndexedValueType.Int, "9223372036854775808", "no integer")]
    [InlineData(IndexedValueType.Double, "\"1\"", "no number")]
    [InlineData(IndexedValueType.Double, "1e999", "no number")]
    [InlineData(IndexedValueType.Bool, "1", "no boolean")]
    [InlineData(IndexedValueType.Datetime, "\"yesterday\"", "RFC 3339")]
    [InlineData(IndexedValueType.KeywordList, "\"a\"", "list of strings")]
    [InlineData(IndexedValueType.KeywordList, "[1]", "list of strings")]
    [InlineData(IndexedValueType.Keyword, "{", "not JSON")]
    [InlineData(IndexedValueType.Keyword, "\"\\ud800\"", "Unicode")]
    [InlineData(IndexedValueType.KeywordList, "[\"\\ud800\"]", "Unicode")]
    public void TryRead_OtherJson_SaysWhy(IndexedValueType type, string json, string reason) =>
        SearchAttributePayload.TryRead(Payload(json), type, out _).ShouldNotBeNull().ShouldContain(reason);

    [Fact]
    public void TryRead_Encrypted_SaysToLeaveItOutOfCodecs() =>
        SearchAttributePayload.TryRead(Payload("\"a\"", "binary/encrypted"), IndexedValueType.Keyword, out _).ShouldNotBeNull().ShouldContain("codec");

    [Fact]
    public void TryRead_BinaryNull_IsNoValue()
    {
        SearchAttributePayload.TryRead(Payload("", "binary/null"), IndexedValueType.Keyword, out var values).ShouldBeNull();
        values.ShouldBeEmpty();
    }

    [Fact]
    public void WithType_AnyPayload_SaysItsTypeAndLeavesTheOriginal()
    {
        var payload = Payload("\"a\"");

        SearchAttributePayload.TypeOf(SearchAttributePayload.WithType(payload, IndexedValueType.KeywordList)).ShouldBe(IndexedValueType.KeywordList);
        SearchAttributePayload.TypeOf(payload).ShouldBe(IndexedValueType.Unspecified);
    }

    [Fact]
    public void Keyword_Value_IsReadBack()
    {
        var payload = SearchAttributePayload.Keyword("Running");

        SearchAttributePayload.TypeOf(payload).ShouldBe(IndexedValueType.Keyword);
        SearchAttributePayload.TryRead(payload, IndexedValueType.Keyword, out var values).ShouldBeNull();
        values.ShouldBe([IndexedValue.Of("Running")]);
    }

    [Theory]
    [InlineData("CustomerId", "\"c-1\"")]
    [InlineData("TemporalChangeVersion", "[\"a-1\"]")]
    public void Check_RegisteredAndFitting_Passes(string name, string json) => Check(name, Payload(json)).ShouldBeNull();

    [Theory]
    [InlineData("Unknown", "\"a\"", "'Unknown' is not registered in namespace 'shop'")]
    [InlineData("customerid", "\"a\"", "not registered")]
    [InlineData("WorkflowId", "\"a\"", "set by the engine")]
    [InlineData("TemporalWorkerDeployment", "\"a\"", "set by the engine")]
    [InlineData("Amount", "\"a\"", "'Amount' of type Int")]
    public void Check_AnythingElse_NamesTheAttribute(string name, string json, string reason) => Check(name, Payload(json)).ShouldNotBeNull().ShouldContain(reason);

    [Fact]
    public void CheckSize_LargeValue_IsRefused() => SearchAttributeRules.CheckSize(new() { IndexedFields = { ["CustomerId"] = Payload($"\"{new string('x', 2_048)}\"") } })
        .ShouldNotBeNull().ShouldContain("CustomerId value size 2050 exceeds size limit 2048");

    [Fact]
    public void CheckSize_LargeTotal_IsRefused()
    {
        var attributes = new SearchAttributes();
        var names = Enumerable.Range(0, 30).Select(i => $"Name{i}").ToArray();
        foreach (var name in names)
            attributes.IndexedFields.Add(name, Payload($"\"{new string('x', 1_900)}\""));

        SearchAttributeRules.CheckSize(attributes).ShouldNotBeNull().ShouldContain("exceeds size limit 40960");
    }

    [Fact]
    public void Check_ManyAttributes_IsRefused()
    {
        var attributes = new SearchAttributes();
        for (var i = 0; i < 101; i++)
            attributes.IndexedFields.Add($"Name{i}", Payload("\"x\""));

        SearchAttributeRules.Check(attributes, Catalog, "shop").ShouldNotBeNull().ShouldContain("at most 100");
    }

    [Theory]
    [InlineData("Name", IndexedValueType.Int, null)]
    [InlineData("CustomerId", IndexedValueType.Keyword, null)]
    [InlineData("CustomerId", IndexedValueType.Int, "registered with type Keyword")]
    [InlineData("WorkflowId", IndexedValueType.Keyword, "reserved")]
    [InlineData("TemporalMine", IndexedValueType.Keyword, "reserved")]
    [InlineData("Memo", IndexedValueType.Keyword, "reserved")]
    [InlineData("", IndexedValueType.Keyword, "1 to 128 characters")]
    [InlineData("Name", IndexedValueType.Unspecified, "has no type")]
    [InlineData("Name", (IndexedValueType)99, "has no type")]
    public void Refuse_NameAndType_FollowTheRules(string name, IndexedValueType type, string? reason)
    {
        var problem = SearchAttributeRegistry.Refuse(name, type, Catalog);

        if (reason is null)
            problem.ShouldBeNull();
        else
            problem.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public void Registry_RemovedAndRegisteredAgain_KeepsItsNumberOnlyForTheSameType()
    {
        var records = new List<SearchAttributeRecord>();
        SearchAttributeRegistry.Add(records, "A", IndexedValueType.Int);
        SearchAttributeRegistry.Add(records, "B", IndexedValueType.Int);
        SearchAttributeRegistry.Remove(records, "A").ShouldBeTrue();
        SearchAttributeRegistry.Catalog(records).TryGet("A", out _).ShouldBeFalse();

        SearchAttributeRegistry.Add(records, "A", IndexedValueType.Keyword);
        SearchAttributeRegistry.Catalog(records).TryGet("A", out var keyword).ShouldBeTrue();
        keyword.Key.ShouldBe(SystemAttributes.FirstCustomKey + 2);

        SearchAttributeRegistry.Remove(records, "A").ShouldBeTrue();
        SearchAttributeRegistry.Add(records, "A", IndexedValueType.Int);
        SearchAttributeRegistry.Catalog(records).TryGet("A", out var integer).ShouldBeTrue();
        integer.Key.ShouldBe(SystemAttributes.FirstCustomKey);
        SearchAttributeRegistry.Remove(records, "C").ShouldBeFalse();
    }

    [Theory]
    [InlineData("StartTime", "StartTime")]
    [InlineData("TemporalBuildIds", "BuildIds")]
    [InlineData("ChangeVersion", "TemporalChangeVersion")]
    [InlineData("ScheduleId", "WorkflowId")]
    [InlineData("TemporalScheduleId", "WorkflowId")]
    [InlineData("ScheduledById", "TemporalScheduledById")]
    public void TryResolve_Alias_FindsTheSystemAttribute(string name, string expected)
    {
        Catalog.TryResolve(name, out var attribute).ShouldBeTrue();
        attribute.Name.ShouldBe(expected);
    }

    [Fact]
    public void TryResolve_CustomAttributeOfAnAliasName_GoesFirst()
    {
        Registered(("ScheduleId", IndexedValueType.Int)).TryResolve("ScheduleId", out var attribute).ShouldBeTrue();
        attribute.Type.ShouldBe(IndexedValueType.Int);
    }

    private static string? Check(string name, Payload payload) =>
        SearchAttributeRules.Check(new SearchAttributes { IndexedFields = { [name] = payload } }, Catalog, "shop");

    private static SearchAttributeCatalog Registered(params IEnumerable<(string Name, IndexedValueType Type)> attributes)
    {
        var records = new List<SearchAttributeRecord>();
        foreach (var (name, type) in attributes)
            SearchAttributeRegistry.Add(records, name, type);
        return SearchAttributeRegistry.Catalog(records);
    }

    private static Payload Payload(string json, string encoding = "json/plain") => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8(encoding) },
        Data = ByteString.CopyFrom(json, Encoding.UTF8),
    };
}
