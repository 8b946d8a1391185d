using System.Collections.Concurrent;

namespace Mandate.Testing.Stores;

/// <summary>A HashiCorp Vault with one key/value engine of version 2, for a <see cref="ScriptedHttpServer"/>. It checks method, path and headers as Vault does.</summary>
/// <param name="mount">The engine's mount.</param>
/// <param name="tokens">Tokens that may read.</param>
/// <param name="space">Its namespace; null for none.</param>
public sealed class ScriptedVault(string mount, IReadOnlyCollection<string> tokens, string? space = null)
{
    /// <summary>Secrets by path: a JSON object each.</summary>
    public ConcurrentDictionary<string, string> Secrets { get; } = new();

    /// <summary>Answers as Vault does.</summary>
    public ScriptedAnswer Answer(ReceivedRequest request)
    {
        var root = $"/v1/{mount}/data/";
        if (request.Header("X-Vault-Request") != "true" || request.Method != "GET")
            return new(400, """{"errors":["bad request"]}""");
        if (request.Header("X-Vault-Token") is not { } token || !tokens.Contains(token) || request.Header("X-Vault-Namespace") != space || !request.Uri.PathAndQuery.StartsWith(root, StringComparison.Ordinal))
            return new(403, """{"errors":["permission denied"]}""");
        return Secrets.TryGetValue(request.Uri.PathAndQuery[root.Length..], out var secret)
            ? new(200, """{"request_id":"1","data":{"data":SECRET,"metadata":{"version":3}}}""".Replace("SECRET", secret, StringComparison.Ordinal))
            : new(404, """{"errors":[]}""");
    }
}
