using System.Collections;
using System.Collections.Frozen;

namespace Mandate.Protocol;

/// <summary>gRPC metadata: lower-case ASCII keys, one or more values each; keys ending in <c>-bin</c> hold base64.</summary>
/// <remarks>Immutable. <see cref="ToString"/> lists keys only, since values such as <c>authorization</c> are secrets.</remarks>
public sealed class RpcMetadata : IEnumerable<KeyValuePair<string, IReadOnlyList<string>>>
{
    private readonly FrozenDictionary<string, IReadOnlyList<string>> _entries;

    /// <summary>Creates metadata; keys are lower-cased, repeated keys keep all their values in order.</summary>
    public RpcMetadata(IEnumerable<KeyValuePair<string, string>> entries) =>
        _entries = entries
            .GroupBy(e => e.Key.ToLowerInvariant(), e => e.Value, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g], StringComparer.Ordinal);

    private RpcMetadata(FrozenDictionary<string, IReadOnlyList<string>> entries) => _entries = entries;

    /// <summary>No metadata.</summary>
    public static RpcMetadata Empty { get; } = new(FrozenDictionary<string, IReadOnlyList<string>>.Empty);

    /// <summary>The first value of <paramref name="key"/>, or null.</summary>
    public string? this[string key] => _entries.TryGetValue(key, out var values) ? values[0] : null;

    /// <summary>Every value of <paramref name="key"/>, in order.</summary>
    public IReadOnlyList<string> All(string key) => _entries.TryGetValue(key, out var values) ? values : [];

    /// <summary>A copy in which <paramref name="key"/> has exactly <paramref name="value"/>.</summary>
    public RpcMetadata With(string key, string value) => new(Others(key)
        .Append(new(key.ToLowerInvariant(), [value]))
        .ToFrozenDictionary(StringComparer.Ordinal));

    /// <summary>A copy without <paramref name="key"/>.</summary>
    public RpcMetadata Without(string key) => new(Others(key)
        .ToFrozenDictionary(StringComparer.Ordinal));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, IReadOnlyList<string>>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, IReadOnlyList<string>>>)_entries).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> Others(string key) =>
        _entries.Where(e => !string.Equals(e.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _entries.Keys.Order(StringComparer.Ordinal));
}
