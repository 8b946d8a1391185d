namespace Mandate.Protocol.Conversion.Sealing;

/// <summary>Keys that do not change while the program runs, from a secret store for example.</summary>
public sealed class FixedPayloadKeys : IPayloadKeys
{
    private readonly Dictionary<string, PayloadKey> _keys;

    /// <summary>The first key seals; all of them open.</summary>
    /// <exception cref="ArgumentException">There is none, or an id occurs twice.</exception>
    public FixedPayloadKeys(params IReadOnlyList<PayloadKey> keys)
    {
        if (keys.Count == 0)
            throw new ArgumentException("Sealing payloads needs a key.", nameof(keys));
        _keys = keys.ToDictionary(k => k.Id, StringComparer.Ordinal);
        Current = keys[0];
    }

    /// <inheritdoc/>
    public PayloadKey Current { get; }

    /// <inheritdoc/>
    public PayloadKey? Find(string id) => _keys.GetValueOrDefault(id);
}
