using System.Collections.Frozen;
using Mandate.Identity;
using Mandate.Protocol;

namespace Mandate.Gateway.Authentication;

/// <summary>
/// The metadata of a call. Of what a caller sends only what is known and harmless goes on: its credentials are for the pipeline alone, and what it says of itself is for nobody.
/// </summary>
internal static class CallMetadata
{
    private const string Authorization = "authorization";
    private const string Bearer = "Bearer ";

    private static readonly FrozenSet<string> Harmless = new[]
    {
        "client-name", "client-version", "supported-server-versions", "supported-features", "temporal-resource-id", "traceparent", "tracestate", "user-agent", "x-request-id",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Claims = [IdentityHeaders.Principal, IdentityHeaders.Actor, IdentityHeaders.ForwardedUser, IdentityHeaders.ForwardedTenant];

    /// <summary>What the caller shows; null when it shows two of a kind, of which nobody can say which counts.</summary>
    public static CallerCredentials? Credentials(RpcCall call)
    {
        var (authorization, keys) = (call.Metadata.All(Authorization), call.Metadata.All(IdentityHeaders.ApiKey));
        if (authorization.Count > 1 || keys.Count > 1)
            return null;
        var bearer = authorization.Count == 0 ? null
            : authorization[0].StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[0][Bearer.Length..].Trim() : "";
        return new() { BearerToken = bearer, ApiKey = keys.Count == 0 ? null : keys[0], ClientCertificate = call.ClientCertificate, PeerAddress = call.Peer };
    }

    /// <summary>What goes on to the engine or cluster.</summary>
    public static RpcMetadata Clean(RpcMetadata metadata)
    {
        if (metadata.IsEmpty)
            return metadata;
        var kept = metadata.Where(e => Harmless.Contains(e.Key)).SelectMany(e => e.Value.Select(v => KeyValuePair.Create(e.Key, v)));
        return new(kept);
    }

    /// <summary>Names by which the caller claims to be somebody.</summary>
    public static IReadOnlyList<string> ClaimsIn(RpcMetadata metadata) => metadata.IsEmpty ? [] : [.. Claims.Where(c => metadata.All(c).Count > 0)];
}
