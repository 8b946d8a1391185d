using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Type = System.Type;

namespace Mandate.Protocol.Tests.Conversion;

public sealed class PayloadVisitorTests
{
    private readonly ReversingCodec _codec = new();

    private static Payload Json(object? value) => DataConverter.Default.PayloadConverter.ToPayload(value);

    [Fact]
    public async Task EncodeAsync_StartRequest_EncodesAllButHeaderAndSearchAttributes()
    {
        var request = new StartWorkflowExecutionRequest
        {
            Input = new Payloads { Payloads_ = { Json(1), Json("two") } },
            Memo = new Memo { Fields = { ["m"] = Json("memo") } },
            Header = new Header { Fields = { ["h"] = Json("header") } },
            SearchAttributes = new SearchAttributes { IndexedFields = { ["s"] = Json("attribute") } },
            UserMetadata = new() { Summary = Json("summary") },
        };
        var before = request.Clone();

        var encoded = await PayloadVisitor.EncodeAsync(request, _codec);

        request.ShouldBe(before);
        encoded.Input.Payloads_.ShouldAllBe(p => _codec.IsMine(p));
        _codec.IsMine(encoded.Memo.Fields["m"]).ShouldBeTrue();
        _codec.IsMine(encoded.UserMetadata.Summary).ShouldBeTrue();
        encoded.Header.ShouldBe(before.Header);
        encoded.SearchAttributes.ShouldBe(before.SearchAttributes);
        (await PayloadVisitor.DecodeAsync(encoded, _codec)).ShouldBe(before);
    }

    [Fact]
    public async Task EncodeAsync_FailureWithCauses_EncodesDetailsOfEach()
    {
        var failure = new Failure
        {
            EncodedAttributes = Json("attributes"),
            ActivityFailureInfo = new(),
            Cause = new Failure
            {
                ApplicationFailureInfo = new() { Details = new Payloads { Payloads_ = { Json("details") } } },
                Cause = new Failure { TimeoutFailureInfo = new() { LastHeartbeatDetails = new Payloads { Payloads_ = { Json("beat") } } } },
            },
        };

        var encoded = await PayloadVisitor.EncodeAsync(failure, _codec);

        _codec.IsMine(encoded.EncodedAttributes).ShouldBeTrue();
        _codec.IsMine(encoded.Cause.ApplicationFailureInfo.Details.Payloads_[0]).ShouldBeTrue();
        _codec.IsMine(encoded.Cause.Cause.TimeoutFailureInfo.LastHeartbeatDetails.Payloads_[0]).ShouldBeTrue();
        (await PayloadVisitor.DecodeAsync(encoded, _codec)).ShouldBe(failure);
    }

    [Fact]
    public async Task EncodeAsync_UpdateInsideAny_EncodesItsPayloads()
    {
        var update = new Request { Input = new Input { Name = "u", Args = new Payloads { Payloads_ = { Json("arg") } }, Header = new Header { Fields = { ["h"] = Json("header") } } } };
        var request = new RespondWorkflowTaskCompletedRequest
        {
            Messages = { new Protocol.Api.Protocol.V1.Message { Id = "1", Body = Any.Pack(update) } },
            Commands = { new Command { CompleteWorkflowExecutionCommandAttributes = new() { Result = new Payloads { Payloads_ = { Json("result") } } } } },
        };

        var encoded = await PayloadVisitor.EncodeAsync(request, _codec);

        var inner = encoded.Messages[0].Body.Unpack<Request>();
        _codec.IsMine(inner.Input.Args.Payloads_[0]).ShouldBeTrue();
        inner.Input.Header.ShouldBe(update.Input.Header);
        _codec.IsMine(encoded.Commands[0].CompleteWorkflowExecutionCommandAttributes.Result.Payloads_[0]).ShouldBeTrue();
        (await PayloadVisitor.DecodeAsync(encoded, _codec)).ShouldBe(request);
    }

    [Fact]
    public async Task EncodeAsync_AnyOfUnknownType_StaysAsItIs()
    {
        var request = new RespondWorkflowTaskCompletedRequest
        {
            Messages = { new Protocol.Api.Protocol.V1.Message { Body = new Any { TypeUrl = "type.googleapis.com/some.Thing", Value = ByteString.CopyFromUtf8("x") } } },
        };

        (await PayloadVisitor.EncodeAsync(request, _codec)).ShouldBe(request);
    }

    [Fact]
    public async Task EncodeAsync_MessageWithoutPayloads_IsTheSame()
    {
        var message = new WorkflowExecution { WorkflowId = "w" };

        (await PayloadVisitor.EncodeAsync(message, _codec)).ShouldBeSameAs(message);
    }

    [Fact]
    public async Task EncodeAsync_EveryMessageOfTheContract_LeavesNoPayloadInTheClear()
    {
        // Fills every field of every message type with payloads, several levels deep, and looks for a clear one outside headers and search attributes.
        foreach (var type in ContractMessages())
        {
            var message = Fill(type, depth: 7);
            var encoded = (IMessage)await Visit(nameof(PayloadVisitor.EncodeAsync), message);

            var clear = Clear(encoded, type.Name).ToList();
            clear.ShouldBeEmpty($"{type.FullName}: {string.Join(", ", clear.Take(3))}");
            ((IMessage)await Visit(nameof(PayloadVisitor.DecodeAsync), encoded)).ShouldBe(message, type.FullName);
        }
    }

    [Fact]
    public async Task EncodeAsync_CodecSplitsLists_ListsMayGrow()
    {
        var encoded = await PayloadVisitor.EncodeAsync(new Payloads { Payloads_ = { Json(1) } }, new DoublingCodec());

        encoded.Payloads_.Count.ShouldBe(2);
    }

    [Fact]
    public async Task EncodeAsync_CodecSplitsOneThatStandsAlone_NamesTheCodec()
    {
        var message = new Memo { Fields = { ["m"] = Json(1) } };

        (await Should.ThrowAsync<PayloadConversionException>(() => PayloadVisitor.EncodeAsync(message, new DoublingCodec()))).Message.ShouldContain(nameof(DoublingCodec));
    }

    [Fact]
    public async Task PayloadCodecChain_TwoCodecs_DecodesInReverseOrder()
    {
        var outer = new ReversingCodec("outer");
        var chain = new PayloadCodecChain(new ReversingCodec("inner"), outer);

        var encoded = await chain.EncodeOneAsync(Json("x"));

        outer.IsMine(encoded).ShouldBeTrue();
        (await chain.DecodeOneAsync(encoded)).ShouldBe(Json("x"));
    }

    private static IEnumerable<MessageDescriptor> ContractMessages()
    {
        static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor d) => d.NestedTypes.SelectMany(WithNested).Prepend(d).Where(m => m.ClrType is not null);
        var messages = WorkflowserviceReflection.Descriptor.Dependencies.SelectMany(f => f.MessageTypes)
            .Concat(WorkflowserviceReflection.Descriptor.MessageTypes).SelectMany(WithNested).Where(d => d.FullName.StartsWith("temporal.", StringComparison.Ordinal)).ToList();
        messages.Count.ShouldBeGreaterThan(200);
        return messages.Where(d => d != Payload.Descriptor);
    }

    private async Task<object> Visit(string method, IMessage message)
    {
        var task = (Task)typeof(PayloadVisitor).GetMethod(method)!.MakeGenericMethod(message.GetType()).Invoke(null, [message, _codec, CancellationToken.None])!;
        await task;
        return task.GetType().GetProperty("Result")!.GetValue(task)!;
    }

    /// <summary>Sets all payloads, lists and maps of a message, one member of each oneof.</summary>
    private static IMessage Fill(MessageDescriptor type, int depth)
    {
        var message = (IMessage)Activator.CreateInstance(type.ClrType)!;
        if (type == Payload.Descriptor)
            return Json("clear");
        if (depth == 0)
            return message;
        foreach (var field in type.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.Message))
        {
            if (field.ContainingOneof is { } oneof && oneof.Accessor.GetCaseFieldDescriptor(message) is not null)
                continue;
            if (field.IsMap)
            {
                var value = field.MessageType.FindFieldByNumber(2);
                var keyed = (System.Collections.IDictionary)field.Accessor.GetValue(message);
                if (value.FieldType == FieldType.Message && field.MessageType.FindFieldByNumber(1).FieldType == FieldType.String)
                    keyed["key"] = Fill(value.MessageType, depth - 1);
            }
            else if (field.IsRepeated)
            {
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(Fill(field.MessageType, depth - 1));
            }
            else if (!field.MessageType.FullName.StartsWith("google.", StringComparison.Ordinal))
            {
                field.Accessor.SetValue(message, Fill(field.MessageType, depth - 1));
            }
        }

        return message;
    }

    private static IEnumerable<string> Clear(IMessage message, string path)
    {
        if (message is Payload payload)
        {
            if (payload.Metadata.TryGetValue("encoding", out var encoding) && encoding.ToStringUtf8() == "json/plain")
                yield return path;
            yield break;
        }

        if (message is Header or SearchAttributes)
            yield break;
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            var children = value switch
            {
                IMessage child => [child],
                System.Collections.IDictionary map => map.Values.OfType<IMessage>(),
                System.Collections.IList list => list.OfType<IMessage>(),
                _ => [],
            };
            foreach (var found in children.SelectMany(c => Clear(c, $"{path}.{field.Name}")))
                yield return found;
        }
    }

    private sealed class DoublingCodec : IPayloadCodec
    {
        public Task<IReadOnlyList<Payload>> EncodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Payload>>([.. payloads, .. payloads]);

        public Task<IReadOnlyList<Payload>> DecodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Take(payloads.Count / 2)]);
    }
}
