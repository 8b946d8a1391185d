using System.Text.Json;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Protocol.Tests.Conversion;

public sealed class DefaultPayloadConverterTests
{
    private readonly DefaultPayloadConverter _converter = new();

    private sealed record Order(string Id, int Quantity, decimal Price, string[] Tags, Order? Parent);

    public static TheoryData<object?, string, string> Written() => new()
    {
        { null, "binary/null", "" },
        { new byte[] { 1, 2, 255 }, "binary/plain", "\u0001\u0002\u00ff" },
        { "text", "json/plain", "\"text\"" },
        { 42, "json/plain", "42" },
        { true, "json/plain", "true" },
        { new Order("o", 2, 1.5m, ["x"], null), "json/plain", """{"Id":"o","Quantity":2,"Price":1.5,"Tags":["x"],"Parent":null}""" },
        { new WorkflowExecution { WorkflowId = "w", RunId = "r" }, "json/protobuf", """{ "workflowId": "w", "runId": "r" }""" },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void ToPayload_EachKindOfValue_HasTheSharedEncoding(object? value, string encoding, string data)
    {
        var payload = _converter.ToPayload(value);

        payload.Metadata["encoding"].ToStringUtf8().ShouldBe(encoding);
        payload.Data.ShouldBe(ByteString.CopyFrom(encoding == "binary/plain" ? [.. data.Select(c => (byte)c)] : System.Text.Encoding.UTF8.GetBytes(data)));
    }

    [Fact]
    public void ToPayload_ProtobufMessage_NamesItsType() =>
        _converter.ToPayload(new WorkflowExecution()).Metadata["messageType"].ToStringUtf8().ShouldBe("temporal.api.common.v1.WorkflowExecution");

    [Fact]
    public void ToValue_BinaryProtobuf_ReadsTheMessage()
    {
        var message = new WorkflowExecution { WorkflowId = "w", RunId = "r" };
        new BinaryProtoConverter().TryToPayload(message, out var payload).ShouldBeTrue();

        payload!.Metadata["encoding"].ToStringUtf8().ShouldBe("binary/protobuf");
        _converter.ToValue<WorkflowExecution>(payload).ShouldBe(message);
    }

    [Fact]
    public void ToValue_JsonProtobufWithUnknownField_IgnoresTheField()
    {
        var payload = Payload("json/protobuf", """{"workflowId":"w","addedLater":1}""");

        _converter.ToValue<WorkflowExecution>(payload).WorkflowId.ShouldBe("w");
    }

    [Fact]
    public void ToValue_NullForNullableTypes_IsNull()
    {
        var payload = _converter.ToPayload(null);

        _converter.ToValue<string?>(payload).ShouldBeNull();
        _converter.ToValue<int?>(payload).ShouldBeNull();
        _converter.ToValue<Order?>(payload).ShouldBeNull();
    }

    [Fact]
    public void ToValue_NullForValueType_SaysToDeclareItNullable() =>
        Should.Throw<PayloadConversionException>(() => _converter.ToValue<int>(_converter.ToPayload(null))).Message.ShouldContain("Int32?");

    [Fact]
    public void ToPayload_ByteArrayChangedAfterwards_KeepsTheOldBytes()
    {
        var bytes = new byte[] { 1 };
        var payload = _converter.ToPayload(bytes);
        bytes[0] = 9;

        _converter.ToValue<byte[]>(payload).ShouldBe([1]);
    }

    [Fact]
    public void ToValue_ByteArrayAsObject_IsByteArray() => _converter.ToValue<object>(_converter.ToPayload(new byte[] { 7 })).ShouldBe(new byte[] { 7 });

    [Fact]
    public void ToValue_BytesAsText_SaysWhatTheyBecome() =>
        Should.Throw<PayloadConversionException>(() => _converter.ToValue<string>(_converter.ToPayload(new byte[] { 7 }))).Message.ShouldContain("byte[]");

    [Fact]
    public void ToValue_UnknownEncoding_SuggestsTheCodec()
    {
        var e = Should.Throw<PayloadConversionException>(() => _converter.ToValue<string>(Payload("binary/encrypted", "hush")));

        e.Message.ShouldContain("binary/encrypted");
        e.Message.ShouldContain("codec");
        e.Message.ShouldNotContain("hush");
    }

    [Fact]
    public void ToValue_NoEncoding_SaysSo() =>
        Should.Throw<PayloadConversionException>(() => _converter.ToValue<string>(new Payload())).Message.ShouldContain("'encoding'");

    [Fact]
    public void ToValue_JsonOfAnotherShape_NamesTheTypeAndNotTheData()
    {
        var e = Should.Throw<PayloadConversionException>(() => _converter.ToValue<int>(Payload("json/plain", "\"hush\"")));

        e.Message.ShouldContain("Int32");
        e.ToString().ShouldNotContain("hush");
    }

    [Fact]
    public void ToValue_ProtobufForAnotherType_NamesTheMessage() =>
        Should.Throw<PayloadConversionException>(() => _converter.ToValue<string>(_converter.ToPayload(new WorkflowExecution())))
            .Message.ShouldContain("temporal.api.common.v1.WorkflowExecution");

    [Theory]
    [InlineData("json/protobuf")]
    [InlineData("binary/protobuf")]
    public void ToValue_BrokenProtobuf_IsAConversionError(string encoding) =>
        Should.Throw<PayloadConversionException>(() => _converter.ToValue<WorkflowExecution>(Payload(encoding, "{\u0001")));

    [Fact]
    public void ToPayload_ValueThatIsNotJson_NamesItsType() =>
        Should.Throw<PayloadConversionException>(() => _converter.ToPayload(new Func<int>(() => 1))).Message.ShouldContain("Func");

    [Fact]
    public void RawPayload_BothWays_IsUntouched()
    {
        var strange = Payload("x/unheard-of", "data");

        _converter.ToPayload(new RawPayload(strange)).ShouldBeSameAs(strange);
        _converter.ToValue<RawPayload>(strange).Payload.ShouldBeSameAs(strange);
        new RawPayload(strange).ToString().ShouldNotContain("data");
    }

    [Fact]
    public void Constructor_SameEncodingTwice_Throws() =>
        Should.Throw<ArgumentException>(() => new DefaultPayloadConverter(new JsonPlainConverter(), new JsonPlainConverter())).Message.ShouldContain("json/plain");

    [Fact]
    public void ToPayload_JsonOptions_AreUsed() =>
        new DefaultPayloadConverter(new JsonSerializerOptions(JsonSerializerDefaults.Web)).ToPayload(new Order("o", 1, 1, [], null))
            .Data.ToStringUtf8().ShouldStartWith("{\"id\"");

    [Fact]
    public void ToPayloads_NoValues_IsNull()
    {
        _converter.ToPayloads([]).ShouldBeNull();
        _converter.ToPayloads(null).ShouldBeNull();
        _converter.ToPayloads([1, null])!.Payloads_.Count.ShouldBe(2);
    }

    [Fact]
    public void ToValue_RandomOrders_ReadsWhatWasWritten()
    {
        const int seed = 20_251;
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var order = RandomOrder(random, depth: 3);
            var again = _converter.ToValue<Order>(_converter.ToPayload(order));
            JsonSerializer.Serialize(again).ShouldBe(JsonSerializer.Serialize(order), $"seed {seed}, round {i}");
            again.Quantity.ShouldBe(order.Quantity);
            again.Id.ShouldBe(order.Id);
        }
    }

    [Fact]
    public void ToValue_RandomBytes_ReadsWhatWasWritten()
    {
        var random = new Random(20_252);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(0, 2_000)];
            random.NextBytes(bytes);
            _converter.ToValue<byte[]>(_converter.ToPayload(bytes)).ShouldBe(bytes);
        }
    }

    private static Order RandomOrder(Random random, int depth) => new(
        new string([.. Enumerable.Range(0, random.Next(0, 20)).Select(_ => (char)random.Next(0x20, 0xD7FF))]),
        random.Next(int.MinValue, int.MaxValue),
        (decimal)random.NextDouble(),
        [.. Enumerable.Range(0, random.Next(0, 4)).Select(i => $"tag \"{i}\" \\ é")],
        depth > 0 && random.Next(2) == 0 ? RandomOrder(random, depth - 1) : null);

    private static Payload Payload(string encoding, string data) =>
        new() { Metadata = { ["encoding"] = ByteString.CopyFromUtf8(encoding) }, Data = ByteString.CopyFromUtf8(data) };
}
