using System.Collections.Concurrent;
using System.Text.Json;

namespace Mandate.Testing.Stores;

/// <summary>An Azure Key Vault, for a <see cref="ScriptedHttpServer"/> that speaks TLS, as its clients accept no other. It asks for a token first, as a real vault does.</summary>
/// <param name="token">The token it accepts.</param>
public sealed class ScriptedKeyVault(string token)
{
    private const string Challenge = "Bearer authorization=\"https://login.microsoftonline.com/tenant\", resource=\"https://vault.azure.net\"";

    /// <summary>Secrets by name.</summary>
    public ConcurrentDictionary<string, string> Secrets { get; } = new();

    /// <summary>Answers as Key Vault does.</summary>
    public ScriptedAnswer Answer(ReceivedRequest request) => Challenged(Read)(request);

    /// <summary>Another answer to those who show a token.</summary>
    public static Func<ReceivedRequest, ScriptedAnswer> Challenged(Func<ReceivedRequest, ScriptedAnswer> script) =>
        request => request.Header("Authorization") is null ? new(401) { Headers = new Dictionary<string, string> { ["WWW-Authenticate"] = Challenge } } : script(request);

    private ScriptedAnswer Read(ReceivedRequest request)
    {
        if (request.Header("Authorization") != $"Bearer {token}")
            return new(403, """{"error":{"code":"Forbidden","message":"message-canary"}}""");
        var path = request.Uri.AbsolutePath.Trim('/').Split('/');
        return request.Method == "GET" && path is ["secrets", var name] && request.Uri.Query.Contains("api-version=", StringComparison.Ordinal) && Secrets.TryGetValue(name, out var value)
            ? new(200, JsonSerializer.Serialize(new { value, id = $"https://v/secrets/{name}/1" }))
            : new(404, """{"error":{"code":"SecretNotFound","message":"message-canary"}}""");
    }
}
