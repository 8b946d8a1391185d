namespace Mandate.Protocol.Conversion.Sealing;

/// <summary>Keys that seal payloads. Asked for every payload, so implementations answer from memory.</summary>
public interface IPayloadKeys
{
    /// <summary>The key that seals from now on.</summary>
    PayloadKey Current { get; }

    /// <summary>A key by its id, present or former; null when there is none.</summary>
    PayloadKey? Find(string id);
}
