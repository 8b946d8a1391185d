using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Puts a whole payload, bytes reversed, inside another as <c>typescript/codec.js</c> does.</summary>
public sealed class ReversingCodec : IPayloadCodec
{
    private readonly ByteString _encoding = ByteString.CopyFromUtf8("binary/reversed-a");

    /// <summary>A converter that encodes payloads, and messages and stack traces of failures.</summary>
    public static DataConverter Sealed { get; } = DataConverter.Default with
    {
        Codec = new ReversingCodec(), FailureConverter = new DefaultFailureConverter(new() { EncodeCommonAttributes = true }),
    };

    public Task<IReadOnlyList<Payload>> EncodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Select(p => new Payload { Metadata = { ["encoding"] = _encoding }, Data = Reverse(p.ToByteString()) })]);

    public Task<IReadOnlyList<Payload>> DecodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Select(p => IsMine(p) ? Payload.Parser.ParseFrom(Reverse(p.Data)) : p)]);

    private bool IsMine(Payload payload) => payload.Metadata.TryGetValue("encoding", out var encoding) && encoding.Equals(_encoding);

    private static ByteString Reverse(ByteString bytes) => ByteString.CopyFrom([.. bytes.Reverse()]);
}
