using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Protocol.Tests.Conversion;

/// <summary>Puts a whole payload, bytes reversed, inside another of encoding <c>binary/reversed-{mark}</c>.</summary>
internal sealed class ReversingCodec(string mark = "a") : IPayloadCodec
{
    private readonly ByteString _encoding = ByteString.CopyFromUtf8($"binary/reversed-{mark}");

    public Task<IReadOnlyList<Payload>> EncodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Select(p => new Payload { Metadata = { ["encoding"] = _encoding }, Data = Reverse(p.ToByteString()) })]);

    public Task<IReadOnlyList<Payload>> DecodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Select(p => IsMine(p) ? Payload.Parser.ParseFrom(Reverse(p.Data)) : p)]);

    public bool IsMine(Payload payload) => payload.Metadata.TryGetValue("encoding", out var encoding) && encoding.Equals(_encoding);

    private static ByteString Reverse(ByteString bytes) => ByteString.CopyFrom([.. bytes.Reverse()]);
}
