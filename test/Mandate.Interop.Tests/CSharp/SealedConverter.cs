using Mandate.Protocol.Conversion;
using Mandate.Protocol.Conversion.Sealing;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Encrypts payloads with the key that <c>typescript/codec.js</c> has too.</summary>
public static class SealedConverter
{
    private static readonly SealingCodec Codec = new(
        new FixedPayloadKeys(new PayloadKey("interop-1", [.. Enumerable.Range(0, PayloadKey.Length).Select(i => (byte)i)])), new() { Namespace = "default" });

    /// <summary>A converter that encodes payloads, and messages and stack traces of failures.</summary>
    public static DataConverter Instance { get; } = DataConverter.Default with { Codec = Codec, FailureConverter = new DefaultFailureConverter(new() { EncodeCommonAttributes = true }) };
}
