using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mandate.Aws;

/// <summary>
/// AWS Signature Version 4. 1. the canonical request names method, path, query, headers and the body's hash; 2. its hash, the time and the scope make the string to sign; 3. the signing key is
/// derived from the secret key by date, region and service; 4. the signature goes into the Authorization header.
/// </summary>
/// <remarks>One file that the rooms which call AWS are compiled with, as they do not know each other and the ledger knows no other room.</remarks>
internal static class SignatureV4
{
    /// <summary>The object store, which has its own rules for the path and wants the body's hash in a header.</summary>
    public const string S3 = "s3";

    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Adds <c>X-Amz-Date</c>, for S3 <c>X-Amz-Content-Sha256</c>, <c>X-Amz-Security-Token</c> where there is one, and the signature over every header and the body.</summary>
    /// <param name="request">The request; nothing of it may change afterwards.</param>
    /// <param name="body">Its body.</param>
    /// <param name="keys">As whom.</param>
    /// <param name="region">The region that is called.</param>
    /// <param name="service">The service that is called, such as <c>secretsmanager</c>.</param>
    /// <param name="now">The time; AWS accepts five minutes of difference.</param>
    /// <exception cref="ArgumentException">The path holds what another service than S3 wants encoded twice, which none that is called here has.</exception>
    public static void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, Keys keys, string region, string service, DateTimeOffset now)
    {
        var uri = request.RequestUri!;
        if (service != S3 && uri.AbsolutePath.Contains('%', StringComparison.Ordinal))
            throw new ArgumentException($"A path of the service '{service}' that needs escaping is not signed here.", nameof(request));
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var date = time[..8];
        var hash = Hex(SHA256.HashData(body));
        request.Headers.TryAddWithoutValidation("X-Amz-Date", time);
        if (service == S3)
            request.Headers.TryAddWithoutValidation("X-Amz-Content-Sha256", hash);
        if (keys.SessionToken is { } session)
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", session);

        // 1.
        var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
            .Where(h => !h.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !h.Key.Equals("Host", StringComparison.OrdinalIgnoreCase))
            .Select(h => (Name: h.Key.ToLowerInvariant(), Value: string.Join(',', h.Value.Select(Trimmed))))
            .Append((Name: "host", Value: uri.Authority))
            .OrderBy(h => h.Name, StringComparer.Ordinal)
            .ToArray();
        var names = string.Join(';', headers.Select(h => h.Name));
        var canonical = string.Join('\n', request.Method.Method, uri.AbsolutePath, Query(uri), string.Concat(headers.Select(h => $"{h.Name}:{h.Value}\n")), names, hash);

        // 2.
        var scope = $"{date}/{region}/{service}/aws4_request";
        var toSign = string.Join('\n', Algorithm, time, scope, Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));

        // 3. and 4.
        var signature = Hex(Hmac(SigningKey(keys.SecretAccessKey, date, region, service), toSign));
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={keys.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}");
    }

    /// <summary>Parameters in the order of their encoded names, then values; one without a value has an empty one.</summary>
    private static string Query(Uri uri) => string.Join('&', uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Split('=', 2))
        .Select(p => (Name: Encoded(p[0]), Value: Encoded(p.Length > 1 ? p[1] : "")))
        .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal)
        .Select(p => $"{p.Name}={p.Value}"));

    private static string Encoded(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    /// <summary>Without blanks around it, and one blank where there are several.</summary>
    private static string Trimmed(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static byte[] SigningKey(string secret, string date, string region, string service)
    {
        var initial = Encoding.UTF8.GetBytes($"AWS4{secret}");
        try
        {
            return Hmac(Hmac(Hmac(Hmac(initial, date), region), service), "aws4_request");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(initial);
        }
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>What a request is signed with.</summary>
    /// <param name="AccessKeyId">Names the key.</param>
    /// <param name="SecretAccessKey">The key.</param>
    /// <param name="SessionToken">Goes with keys that expire.</param>
    internal sealed record Keys(string AccessKeyId, string SecretAccessKey, string? SessionToken = null)
    {
        /// <summary>Never the key.</summary>
        public override string ToString() => AccessKeyId;
    }
}
