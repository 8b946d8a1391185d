using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Mandate.Credentials.Vault;

/// <summary>
/// Where a secret may be sent: origins, that is scheme, host and port. A bare host such as <c>api.example.com</c> means https on its usual port; http has to be written out, since the
/// secret then travels in clear. There are no wildcards: a host that somebody else can register must not match.
/// </summary>
[JsonConverter(typeof(AllowedHostsJsonConverter))]
public sealed class AllowedHosts : IEquatable<AllowedHosts>
{
    /// <summary>Most origins.</summary>
    public const int Maximum = 32;

    private readonly ImmutableSortedSet<string> _origins;

    private AllowedHosts(ImmutableSortedSet<string> origins) => _origins = origins;

    /// <summary>Nowhere.</summary>
    public static AllowedHosts None { get; } = new([]);

    /// <summary>The origins, such as <c>https://api.example.com</c>, in order.</summary>
    public IReadOnlyCollection<string> Origins => _origins;

    /// <summary>Reads hosts or origins.</summary>
    /// <exception cref="FormatException">One is none, or there are more than <see cref="Maximum"/>.</exception>
    public static AllowedHosts Parse(IEnumerable<string> hosts)
    {
        var origins = hosts.Select(h => OriginOf(h) ?? throw new FormatException(
            "An allowed host is a host such as api.example.com, or an origin such as https://api.example.com:8443, without user, path and query.")).ToImmutableSortedSet(StringComparer.Ordinal);
        return origins.Count <= Maximum ? new(origins) : throw new FormatException($"There are {origins.Count} allowed hosts; at most {Maximum} are kept.");
    }

    /// <summary>Whether a secret may be sent with a request to this address.</summary>
    public bool Allow(Uri target) => target.IsAbsoluteUri && OriginOf(target) is { } origin && _origins.Contains(origin);

    /// <summary>What both allow.</summary>
    public AllowedHosts Narrow(AllowedHosts other) => new(_origins.Intersect(other._origins));

    /// <inheritdoc/>
    public bool Equals(AllowedHosts? other) => other is not null && _origins.SetEquals(other._origins);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AllowedHosts);

    /// <inheritdoc/>
    public override int GetHashCode() => _origins.Aggregate(0, HashCode.Combine);

    /// <summary>The origins.</summary>
    public override string ToString() => _origins.Count == 0 ? "nowhere" : string.Join(", ", _origins);

    private static string? OriginOf(string host)
    {
        if (string.IsNullOrWhiteSpace(host))
            return null;
        var text = host.Contains("://", StringComparison.Ordinal) ? host : $"https://{host}";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.PathAndQuery is "/" && uri.Fragment.Length == 0 ? OriginOf(uri) : null;
    }

    private static string? OriginOf(Uri uri) => uri.Scheme is "https" or "http" && uri.IdnHost.Length > 0 && uri.UserInfo.Length == 0
        ? $"{uri.Scheme}://{(uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost)}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}"
        : null;
}
