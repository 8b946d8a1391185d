namespace Mandate.Protocol.Conversion.Sealing;

/// <summary>Settings of a <see cref="SealingCodec"/>.</summary>
public sealed record SealingCodecOptions
{
    /// <summary>Headers that must stay readable: the signed principal, which the pipeline in front of the service checks, and trace context. They hold no secret.</summary>
    public static IReadOnlyList<string> DefaultReadableHeaders { get; } = ["mandate-principal", "mandate-actor", "_tracer-data"];

    /// <summary>Namespace of the payloads. What was sealed for one namespace cannot be opened in another.</summary>
    public required string Namespace { get; init; }

    /// <summary>
    /// Whether headers are sealed too, but for <see cref="ReadableHeaders"/>; true unless set. The codecs of the Go, Java, TypeScript and Python SDKs leave headers alone, so set it to false where
    /// workers in those languages read headers of your own.
    /// </summary>
    public bool SealHeaders { get; init; } = true;

    /// <summary>Headers that are never sealed; <see cref="DefaultReadableHeaders"/> unless set.</summary>
    public IReadOnlyList<string> ReadableHeaders { get; init; } = DefaultReadableHeaders;

    /// <summary>
    /// Whether payloads that are not sealed are read; true unless set, so that sealing can be switched on while runs are open. False refuses them, so that nobody can put a payload of his own in
    /// place of a sealed one: set it when the last run from before has ended, and no headers come unsealed.
    /// </summary>
    public bool AllowUnsealed { get; init; } = true;
}
