using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mandate.Audit.Checkpoints;

/// <summary>
/// AWS Signature Version 4 for a request to S3 without a query: (1) hash the body, (2) hash the canonical request, (3) sign both with a key derived from the secret, the day, the region
/// and the service.
/// </summary>
internal static class S3Signature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    public static void Sign(HttpRequestMessage request, string path, ReadOnlySpan<byte> body, string region, string accessKeyId, string secret, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var scope = $"{time[..8]}/{region}/s3/aws4_request";
        var bodyHash = Convert.ToHexStringLower(SHA256.HashData(body));
        var host = request.RequestUri!.IsDefaultPort ? request.RequestUri.Host : request.RequestUri.Authority;

        const string signed = "host;x-amz-content-sha256;x-amz-date";
        var canonical = $"{request.Method}\n{path}\n\nhost:{host}\nx-amz-content-sha256:{bodyHash}\nx-amz-date:{time}\n\n{signed}\n{bodyHash}";
        var text = $"{Algorithm}\n{time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";

        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

        request.Headers.Host = host;
        request.Headers.Add("x-amz-date", time);
        request.Headers.Add("x-amz-content-sha256", bodyHash);
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={accessKeyId}/{scope}, SignedHeaders={signed}, Signature={signature}");
    }
}
