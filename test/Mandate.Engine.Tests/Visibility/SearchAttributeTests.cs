using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using static Mandate.Engine.Tests.Visibility.SearchCalls;

namespace Mandate.Engine.Tests.Visibility;

/// <summary>Registration of search attributes, and their way from starts and commands into lists.</summary>
public sealed class SearchAttributeTests
{
    [Fact]
    public async Task Start_UnregisteredAttribute_IsRefusedByNameAndNothingStarts()
    {
        await using var host = await EngineHost.StartAsync();

        var error = await Should.ThrowAsync<RpcException>(host.StartAsync("order-1", r => r.SearchAttributes = Attributes("CustomerId", "\"c-1\"", "Keyword")));

        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.ShouldContain("'CustomerId' is not registered in namespace 'default'");
        (await host.ListAsync("")).ShouldBeEmpty();
    }

    [Fact]
    public async Task SignalWithStart_UnregisteredAttribute_IsRefused()
    {
        await using var host = await EngineHost.StartAsync();

        var error = await Should.ThrowAsync<RpcException>(host.CallAsync<SignalWithStartWorkflowExecutionResponse>(new SignalWithStartWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowId = "order-1",
            WorkflowType = new() { Name = "Order" },
            TaskQueue = new() { Name = "orders" },
            SignalName = "go",
            SearchAttributes = Attributes("CustomerId", "\"c-1\""),
        }));

        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
    }

    [Fact]
    public async Task Start_RegisteredAttribute_IsFoundAndShownWithItsType()
    {
        await using var host = await EngineHost.StartAsync();
        await host.RegisterAsync("CustomerId", IndexedValueType.Keyword);
        await host.StartAsync("order-1", r => r.SearchAttributes = Attributes("CustomerId", "[\"c-1\"]"));
        await host.StartAsync("order-2", r => r.SearchAttributes = Attributes("CustomerId", "\"c-2\""));

        (await host.ListAsync("CustomerId = 'c-1'")).ShouldBe(["order-1"]);
        var listed = (await host.PageAsync("CustomerId = 'c-1'")).Executions.Single();
        listed.SearchAttributes.IndexedFields["CustomerId"].Metadata["type"].ToStringUtf8().ShouldBe("Keyword");
        (await host.DescribeAsync("order-1")).WorkflowExecutionInfo.SearchAttributes.ShouldBe(listed.SearchAttributes);
    }

    [Fact]
    public async Task Start_MemoAndAttributes_SurviveARestartInLists()
    {
        await using var host = await EngineHost.StartAsync();
        await host.RegisterAsync("Amount", IndexedValueType.Int);
        await host.StartAsync("order-1", r =>
        {
            r.SearchAttributes = Attributes("Amount", "12");
            r.Memo = new() { Fields = { ["note"] = Value("\"kept\"") } };
        });

        await host.RestartAsync();

        var listed = (await host.PageAsync("Amount BETWEEN 10 AND 20")).Executions.Single();
        listed.Memo.Fields["note"].ShouldBe(Value("\"kept\""));
        (await host.AttributesAsync()).CustomAttributes["Amount"].ShouldBe(IndexedValueType.Int);
    }

    [Fact]
    public async Task Upsert_NewValue_TakesThePlaceOfTheOld()
    {
        await using var host = await EngineHost.StartAsync();
        await host.RegisterAsync("Stage", IndexedValueType.Keyword);
        await host.RegisterAsync("Amount", IndexedValueType.Int);
        await host.StartAsync("order-1", r => r.SearchAttributes = new() { IndexedFields = { ["Stage"] = Value("\"new\""), ["Amount"] = Value("1") } });

        await host.CompleteAsync(await host.NextTaskAsync(), Upsert("Stage", "\"paid\""));

        (await host.ListAsync("Stage = 'paid' AND Amount = 1")).ShouldBe(["order-1"]);
        (await host.ListAsync("Stage = 'new'")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task Upsert_NoValue_RemovesIt(string json)
    {
        await using var host = await EngineHost.StartAsync();
        await host.RegisterAsync("Stage", IndexedValueType.Keyword);
        await host.StartAsync("order-1", r => r.SearchAttributes = Attributes("Stage", "\"new\""));

        await host.CompleteAsync(await host.NextTaskAsync(), Upsert("Stage", json));

        (await host.ListAsync("Stage IS NULL")).ShouldBe(["order-1"]);
        (await host.PageAsync("")).Executions.Single().SearchAttributes.IndexedFields.ShouldBeEmpty();
    }

    [Fact]
    public async Task Upsert_ChangeVersion_NeedsNoRegistration()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");

        await host.CompleteAsync(await host.NextTaskAsync(), Upsert("TemporalChangeVersion", "[\"faster-1\"]", "KeywordList"));

        (await host.ListAsync("TemporalChangeVersion = 'faster-1'")).ShouldBe(["order-1"]);
    }

    [Theory]
    [InlineData("Stage", "1", "'Stage' of type Keyword")]
    [InlineData("Unknown", "\"a\"", "'Unknown' is not registered")]
    [InlineData("WorkflowId", "\"a\"", "set by the engine")]
    public async Task Upsert_AttributeThatDoesNotFit_FailsTheTask(string name, string json, string reason)
    {
        await using var host = await EngineHost.StartAsync();
        await host.RegisterAsync("Stage", IndexedValueType.Keyword);
        await host.StartAsync("order-1");

        var error = await Should.ThrowAsync<RpcException>(host.CompleteAsync(await host.NextTaskAsync(), Upsert(name, json)));

        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.ShouldContain(reason);
        (await host.HistoryAsync("order-1")).Single(e => e.EventType == EventType.WorkflowTaskFailed)
            .WorkflowTaskFailedEventAttributes.Cause.ShouldBe(WorkflowTaskFailedCause.BadSearchAttributes);
    }

    [Fact]
    public async Task Upsert_BeyondTheTotalOfARun_EndsTheRun()
    {
        await using var host = await EngineHost.StartAsync();
        for (var i = 0; i < 22; i++)
            await host.RegisterAsync($"Large{i}", IndexedValueType.Keyword);
        await host.StartAsync("order-1");
        var task = await host.NextTaskAsync();

        var error = await Should.ThrowAsync<RpcException>(host.CompleteAsync(task, [.. Enumerable.Range(0, 22).Select(i => Upsert($"Large{i}", $"\"{new string('x', 2_000)}\""))]));

        error.Message.ShouldContain("total size of search attributes");
        error.Message.ShouldContain("exceeds size limit 40960");
        (await host.StatusAsync("order-1")).ShouldBe(WorkflowExecutionStatus.Terminated);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Command_ChildOrNextRunWithUnknownAttribute_FailsTheTask(bool child)
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");
        var attributes = Attributes("Unknown", "\"a\"");
        var command = child ? Commands.Child("child-1", c => c.SearchAttributes = attributes) : Commands.ContinueAsNew(c => c.SearchAttributes = attributes);

        await Should.ThrowAsync<RpcException>(host.CompleteAsync(await host.NextTaskAsync(), command));

        (await host.HistoryAsync("order-1")).Single(e => e.EventType == EventType.WorkflowTaskFailed)
            .WorkflowTaskFailedEventAttributes.Cause.ShouldBe(WorkflowTaskFailedCause.BadSearchAttributes);
    }

    [Fact]
    public async Task ContinueAsNew_WithoutAttributes_CarriesThemOver()
    {
        await using var host = await EngineHost.StartAsync();
        await host.RegisterAsync("Stage", IndexedValueType.Keyword);
        await host.StartAsync("order-1", r => r.SearchAttributes = Attributes("Stage", "\"new\""));

        await host.CompleteAsync(await host.NextTaskAsync(), Upsert("Stage", "\"paid\""), Commands.ContinueAsNew());

        (await host.PageAsync("Stage = 'paid'")).Executions.Select(e => e.Status).ShouldBe([WorkflowExecutionStatus.Running, WorkflowExecutionStatus.ContinuedAsNew]);
    }

    [Fact]
    public async Task Child_WithAttributes_IsFoundByThemAndByItsParent()
    {
        await using var host = await EngineHost.StartAsync();
        await host.RegisterAsync("Stage", IndexedValueType.Keyword);
        await host.StartAsync("order-1");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Child("child-1", c => c.SearchAttributes = Attributes("Stage", "\"new\"")));
        await host.NextTaskAsync("children");

        (await host.ListAsync("Stage = 'new'")).ShouldBe(["child-1"]);
        (await host.ListAsync("ParentWorkflowId = 'order-1'")).ShouldBe(["child-1"]);
        (await host.ListAsync("RootWorkflowId = 'order-1' ORDER BY WorkflowId")).ShouldBe(["child-1", "order-1"]);
    }

    [Fact]
    public async Task Add_SameAgainOrOtherType_IsNothingOrAlreadyExists()
    {
        await using var host = await EngineHost.StartAsync();
        await host.RegisterAsync("Stage", IndexedValueType.Keyword);
        await host.RegisterAsync("Stage", IndexedValueType.Keyword);

        (await Should.ThrowAsync<RpcException>(host.RegisterAsync("Stage", IndexedValueType.Int))).Code.ShouldBe(RpcStatusCode.AlreadyExists);
        (await Should.ThrowAsync<RpcException>(host.RegisterAsync("StartTime", IndexedValueType.Datetime))).Code.ShouldBe(RpcStatusCode.InvalidArgument);
        (await host.AttributesAsync()).CustomAttributes.ShouldHaveSingleItem().Key.ShouldBe("Stage");
    }

    [Fact]
    public async Task Remove_Attribute_IsNoLongerFoundNorAccepted()
    {
        await using var host = await EngineHost.StartAsync();
        await host.RegisterAsync("Stage", IndexedValueType.Keyword);
        await host.StartAsync("order-1", r => r.SearchAttributes = Attributes("Stage", "\"new\""));
        await host.RemoveAsync("Stage");

        (await Should.ThrowAsync<RpcException>(host.ListAsync("Stage = 'new'"))).Message.ShouldContain("not a search attribute");
        await Should.ThrowAsync<RpcException>(host.StartAsync("order-2", r => r.SearchAttributes = Attributes("Stage", "\"new\"")));
        (await Should.ThrowAsync<RpcException>(host.RemoveAsync("Stage"))).Code.ShouldBe(RpcStatusCode.NotFound);
        (await Should.ThrowAsync<RpcException>(host.RemoveAsync("StartTime"))).Code.ShouldBe(RpcStatusCode.InvalidArgument);

        await host.RegisterAsync("Stage", IndexedValueType.Keyword);
        (await host.ListAsync("Stage = 'new'")).ShouldBe(["order-1"]);
    }

    [Fact]
    public async Task Options_SearchAttributes_AreThereFromTheStartAndInOldStores()
    {
        var names = new Dictionary<string, IndexedValueType>();
        await using var host = await EngineHost.StartAsync(o => o with { SearchAttributes = names });
        (await host.AttributesAsync()).CustomAttributes.ShouldBeEmpty();

        names.Add("Stage", IndexedValueType.Keyword);
        await host.RestartAsync();

        await host.StartAsync("order-1", r => r.SearchAttributes = Attributes("Stage", "\"new\""));
        (await host.ListAsync("Stage = 'new'")).ShouldBe(["order-1"]);
    }

    [Fact]
    public async Task Options_TypeOtherThanTheStores_SaysSo()
    {
        var names = new Dictionary<string, IndexedValueType> { ["Stage"] = IndexedValueType.Keyword };
        await using var host = await EngineHost.StartAsync(o => o with { SearchAttributes = names });
        await host.Engine.DisposeAsync();

        names["Stage"] = IndexedValueType.Int;
        (await Should.ThrowAsync<InvalidOperationException>(EmbeddedEngine.StartAsync(host.Options()))).Message.ShouldContain("registered with type Keyword");
        names["Stage"] = IndexedValueType.Unspecified;
        (await Should.ThrowAsync<InvalidOperationException>(EmbeddedEngine.StartAsync(host.Options()))).Message.ShouldContain("has no type");
    }

    [Fact]
    public async Task RegisterOnUse_TypedAttribute_IsRegisteredByStartAndCommand()
    {
        await using var host = await EngineHost.StartAsync(o => o with { RegisterSearchAttributesOnUse = true });
        await host.StartAsync("order-1", r => r.SearchAttributes = Attributes("Stage", "\"new\"", "Keyword"));
        await host.CompleteAsync(
            await host.NextTaskAsync(),
            Upsert("Amount", "12", "Int"),
            Commands.Child("child-1", c => c.SearchAttributes = Attributes("Weight", "1.5", "Double")));

        (await host.ListAsync("Stage = 'new' AND Amount = 12")).ShouldBe(["order-1"]);
        (await host.AttributesAsync()).CustomAttributes.Keys.ShouldBe(["Stage", "Amount", "Weight"], ignoreOrder: true);
        await Should.ThrowAsync<RpcException>(host.StartAsync("order-2", r => r.SearchAttributes = Attributes("Untyped", "\"a\"")));
    }

    [Fact]
    public async Task List_SystemAttributes_HaveTheirTypes()
    {
        await using var host = await EngineHost.StartAsync();

        var attributes = await host.AttributesAsync();

        attributes.SystemAttributes["CloseTime"].ShouldBe(IndexedValueType.Datetime);
        attributes.SystemAttributes["TemporalChangeVersion"].ShouldBe(IndexedValueType.KeywordList);
    }
}
