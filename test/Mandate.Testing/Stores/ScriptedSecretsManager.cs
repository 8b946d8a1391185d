using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Mandate.Testing.Stores;

/// <summary>AWS Secrets Manager of one region, for a <see cref="ScriptedHttpServer"/>. It checks method, path, headers and signature as AWS does.</summary>
/// <param name="region">The region.</param>
/// <param name="keyOf">The secret access key of an access key id; null where there is no such id.</param>
/// <param name="time">The clock that requests must agree with; null for any time.</param>
public sealed class ScriptedSecretsManager(string region, Func<string, string?> keyOf, TimeProvider? time = null)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>Secrets by id.</summary>
    public ConcurrentDictionary<string, string> Secrets { get; } = new();

    /// <summary>Answers as AWS does.</summary>
    public ScriptedAnswer Answer(ReceivedRequest request)
    {
        if (!IsSigned(request))
            return Error("InvalidSignatureException");
        if (request is not { Method: "POST", Uri.PathAndQuery: "/" } || request.Header("Content-Type") != "application/x-amz-json-1.1" || request.Header("X-Amz-Target") != "secretsmanager.GetSecretValue")
            return Error("UnknownOperationException");
        using var body = JsonDocument.Parse(request.Body);
        var id = body.RootElement.GetProperty("SecretId").GetString()!;
        return Secrets.TryGetValue(id, out var secret) ? new(200, JsonSerializer.Serialize(new { Name = id, SecretString = secret })) : Error("ResourceNotFoundException");
    }

    /// <summary>Whether it is signed with the key that belongs to its access key id, over all that matters, and not long ago.</summary>
    public bool IsSigned(ReceivedRequest request) => AwsSignature.Of(request) is { } signature
        && signature.Region == region && signature.Service == "secretsmanager" && keyOf(signature.AccessKeyId) is { } key && signature.IsBy(key, request)
        && (time is null || (time.GetUtcNow() - DateTimeOffset.ParseExact(
            request.Header("X-Amz-Date")!, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)).Duration() < Tolerance);

    // AWS quotes what it received in some of its messages.
    private static ScriptedAnswer Error(string type) => new(400, JsonSerializer.Serialize(new { __type = type, message = "message-canary" }));
}
