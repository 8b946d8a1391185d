using Google.Protobuf;
using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Interop.Tests.Conversion;

/// <summary>Payloads of the TypeScript SDK's converter read here, and ours read there.</summary>
[Collection(TypeScriptCollection.Name)]
public sealed class PayloadWireTests(TypeScriptDriver typeScript)
{
    private static readonly IPayloadConverter Converter = DataConverter.Default.PayloadConverter;

    private sealed record Order(string Id, int Quantity, string[] Tags, Order? Parent);

    public static TheoryData<string, object?> Values() => new()
    {
        { "undefined", null },
        { "text", "text \"with\" é\U0001F600" },
        { "number", 1.5 },
        { "boolean", true },
        { "bytes", new byte[] { 0, 1, 254, 255 } },
        { "protobuf", new WorkflowExecution { WorkflowId = "w", RunId = "r" } },
        { "binaryProtobuf", new WorkflowExecution { WorkflowId = "w", RunId = "r" } },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task ToValue_WrittenByTypeScript_IsTheSameValue(string kind, object? expected)
    {
        var payload = await WrittenByTypeScriptAsync(kind);

        Converter.ToValue(payload, expected?.GetType() ?? typeof(object)).ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task ToPayload_SameValueAsTypeScript_HasTheSameMetadata(string kind, object? value)
    {
        if (kind == "binaryProtobuf")
            return;
        var theirs = await WrittenByTypeScriptAsync(kind);

        Converter.ToPayload(value).Metadata.ShouldBe(theirs.Metadata, ignoreOrder: true);
    }

    [Fact]
    public async Task ToValue_ObjectAndNullWrittenByTypeScript_AreRead()
    {
        var order = Converter.ToValue<Order>(await WrittenByTypeScriptAsync("object"));

        order.Id.ShouldBe("o");
        order.Tags.ShouldBe(["a", "b"]);
        order.Parent.ShouldBeNull();
        Converter.ToValue<Order?>(await WrittenByTypeScriptAsync("null")).ShouldBeNull();
    }

    public static TheoryData<object?, string, string> Read() => new()
    {
        { null, "undefined", "" },
        { "é\U0001F600", "string", "\"é\U0001F600\"" },
        { 1.5, "number", "1.5" },
        { new byte[] { 0, 255 }, "bytes", "\"AP8=\"" },
        { new WorkflowExecution { WorkflowId = "w" }, "temporal.api.common.v1.WorkflowExecution", """{"workflowId":"w"}""" },
        { new Order("o", 2, ["a"], null), "object", """{"Id":"o","Quantity":2,"Tags":["a"],"Parent":null}""" },
    };

    [Theory]
    [MemberData(nameof(Read))]
    public async Task ToPayload_ReadByTypeScript_IsTheSameValue(object? value, string type, string json)
    {
        var answer = await typeScript.CallAsync("readPayload", new { payload = Converter.ToPayload(value).ToByteString().ToBase64() });

        answer.GetProperty("type").GetString().ShouldBe(type);
        if (json.Length > 0)
            answer.GetProperty("value").GetRawText().ShouldBe(json);
    }

    private async Task<Payload> WrittenByTypeScriptAsync(string kind) =>
        Payload.Parser.ParseFrom(Convert.FromBase64String(await typeScript.CallAsync<string>("writePayload", new { kind })));
}
