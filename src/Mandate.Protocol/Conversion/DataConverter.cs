namespace Mandate.Protocol.Conversion;

/// <summary>How a client or worker turns values and exceptions into the protocol's payloads and failures. Both sides of a workflow need the same.</summary>
public sealed record DataConverter
{
    /// <summary>What the official SDKs use unless told otherwise; no codec.</summary>
    public static DataConverter Default { get; } = new();

    /// <summary>Values to payloads and back; runs inside workflows.</summary>
    public IPayloadConverter PayloadConverter { get; init; } = new DefaultPayloadConverter();

    /// <summary>Exceptions to failures and back; runs inside workflows.</summary>
    public IFailureConverter FailureConverter { get; init; } = new DefaultFailureConverter();

    /// <summary>Applied to every payload that leaves or arrives, outside workflow code; null for none.</summary>
    public IPayloadCodec? Codec { get; init; }
}
