using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mandate.Credentials.Stores.Aws;

/// <summary>
/// AWS Signature Version 4. 1. the canonical request names method, path, query, headers and the body's hash; 2. its hash, the time and the scope make the string to sign; 3. the signing key is
/// derived from the secret key by date, region and service; 4. the signature goes into the Authorization header. For paths and queries that need no escaping, which is all there are here.
/// </summary>
internal static class SignatureV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Adds <c>X-Amz-Date</c>, <c>X-Amz-Security-Token</c> where there is one, and the signature over every header and the body.</summary>
    public static void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, AwsCredentials credentials, string region, string service, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var date = time[..8];
        request.Headers.TryAddWithoutValidation("X-Amz-Date", time);
        if (credentials.SessionToken is { } session)
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", session.Reveal());

        // 1.
        var uri = request.RequestUri!;
        var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
            .Where(h => !h.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            .Select(h => (Name: h.Key.ToLowerInvariant(), Value: string.Join(',', h.Value.Select(v => v.Trim()))))
            .Append((Name: "host", Value: uri.Authority))
            .OrderBy(h => h.Name, StringComparer.Ordinal)
            .ToArray();
        var names = string.Join(';', headers.Select(h => h.Name));
        var canonical = string.Join('\n',
            request.Method.Method, uri.AbsolutePath, uri.Query.TrimStart('?'), string.Concat(headers.Select(h => $"{h.Name}:{h.Value}\n")), names, Hex(SHA256.HashData(body)));

        // 2.
        var scope = $"{date}/{region}/{service}/aws4_request";
        var toSign = string.Join('\n', Algorithm, time, scope, Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));

        // 3. and 4.
        var signature = Hex(Hmac(SigningKey(credentials.SecretAccessKey, date, region, service), toSign));
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={names}, Signature={signature}");
    }

    private static byte[] SigningKey(Secret secret, string date, string region, string service)
    {
        var initial = Encoding.UTF8.GetBytes($"AWS4{secret.Reveal()}");
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
}
