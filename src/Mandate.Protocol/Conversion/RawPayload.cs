using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Protocol.Conversion;

/// <summary>A payload that passes through the converter as it is: as an argument or result its <see cref="Payload"/> is sent unchanged, as a declared type it receives any payload.</summary>
/// <remarks>A codec, where there is one, still applies.</remarks>
/// <param name="Payload">The payload.</param>
public sealed record RawPayload(Payload Payload)
{
    /// <summary>The encoding only; data may be secret.</summary>
    public override string ToString() => $"RawPayload({PayloadMetadata.EncodingOf(Payload) ?? "no encoding"}, {Payload.Data.Length} bytes)";
}
