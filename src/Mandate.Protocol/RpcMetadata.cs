using System.Collections;

namespace Mandate.Protocol;

/// <summary>gRPC metadata: lower-case ASCII keys, one or more values each; keys ending in <c>-bin</c> hold base64.</summary>
/// <remarks>
/// Immutable. Keys are few, so they are searched in order, which beats a dictionary that every call would have to build.
/// <see cref="ToString"/> lists keys only, since values such as <c>authorization</c> are secrets.
/// </remarks>
public sealed class RpcMetadata : IEnumerable<KeyValuePair<string, IReadOnlyList<string>>>
{
    private readonly KeyValuePair<string, IReadOnlyList<string>>[] _entries;

    /// <summary>Creates metadata; keys are lower-cased, repeated keys keep all their values in order.</summary>
    public RpcMetadata(IEnumerable<KeyValuePair<string, string>> entries) => _entries = Group(entries);

    private RpcMetadata(KeyValuePair<string, IReadOnlyList<string>>[] entries) => _entries = entries;

    /// <summary>No metadata.</summary>
    public static RpcMetadata Empty { get; } = new(Array.Empty<KeyValuePair<string, IReadOnlyList<string>>>());

    /// <summary>True when there is no entry.</summary>
    public bool IsEmpty => _entries.Length == 0;

    /// <summary>The first value of <paramref name="key"/> in any case, or null.</summary>
    public string? this[string key] => All(key) is [var first, ..] ? first : null;

    /// <summary>Every value of <paramref name="key"/>, in order.</summary>
    public IReadOnlyList<string> All(string key)
    {
        foreach (var (candidate, values) in _entries)
            if (string.Equals(candidate, key, StringComparison.OrdinalIgnoreCase))
                return values;
        return [];
    }

    /// <summary>A copy in which <paramref name="key"/> has exactly <paramref name="value"/>.</summary>
    public RpcMetadata With(string key, string value) => new([.. Others(key), new(key.ToLowerInvariant(), [value])]);

    /// <summary>A copy with every entry of <paramref name="other"/>; where both have a key, the values of <paramref name="other"/> replace these.</summary>
    public RpcMetadata With(RpcMetadata other) =>
        other.IsEmpty ? this
        : IsEmpty ? other
        : new([.. _entries.Where(e => other.All(e.Key).Count == 0), .. other._entries]);

    /// <summary>A copy without <paramref name="key"/>.</summary>
    public RpcMetadata Without(string key) => new([.. Others(key)]);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, IReadOnlyList<string>>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, IReadOnlyList<string>>>)_entries).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _entries.Select(e => e.Key).Order(StringComparer.Ordinal));

    private IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> Others(string key) =>
        _entries.Where(e => !string.Equals(e.Key, key, StringComparison.OrdinalIgnoreCase));

    private static KeyValuePair<string, IReadOnlyList<string>>[] Group(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var grouped = new List<KeyValuePair<string, IReadOnlyList<string>>>();
        foreach (var (name, value) in entries)
        {
            var key = name.ToLowerInvariant();
            var known = grouped.FindIndex(e => string.Equals(e.Key, key, StringComparison.Ordinal));
            if (known < 0)
                grouped.Add(new(key, [value]));
            else
                grouped[known] = new(key, [.. grouped[known].Value, value]);
        }

        return [.. grouped];
    }
}
