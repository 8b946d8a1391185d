using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Mandate.Testing.Stores;

/// <summary>The signature that arrived with a request (AWS Signature Version 4), computed once more from what arrived, as the service that is called does.</summary>
public sealed partial record AwsSignature(string AccessKeyId, string Date, string Region, string Service, string[] SignedHeaders, string Value)
{
    /// <summary>Reads it; null where there is none.</summary>
    public static AwsSignature? Of(ReceivedRequest request) => Shape().Match(request.Header("Authorization") ?? "") is { Success: true, Groups: var part }
        ? new(part["id"].Value, part["date"].Value, part["region"].Value, part["service"].Value, part["headers"].Value.Split(';'), part["value"].Value)
        : null;

    /// <summary>Whether this key made it, for this request and nothing else: every header of AWS's and the body's type are signed as well.</summary>
    public bool IsBy(string secretAccessKey, ReceivedRequest request)
    {
        var needed = request.Headers.Keys.Select(k => k.ToLowerInvariant()).Where(k => k is "host" or "content-type" || k.StartsWith("x-amz-", StringComparison.Ordinal));
        if (needed.Except(SignedHeaders).Any() || !SignedHeaders.Order(StringComparer.Ordinal).SequenceEqual(SignedHeaders) || request.Header("X-Amz-Date") is not { } time || time[..8] != Date)
            return false;
        var body = Hash(request.Body);
        if (request.Header("X-Amz-Content-Sha256") is { } stated && stated != body)
            return false;
        var query = string.Join('&', request.Uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        var headers = string.Concat(SignedHeaders.Select(h => $"{h}:{request.Header(h)?.Trim()}\n"));
        var canonical = $"{request.Method}\n{request.Uri.AbsolutePath}\n{query}\n{headers}\n{string.Join(';', SignedHeaders)}\n{body}";
        var key = new[] { Date, Region, Service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + secretAccessKey), Hmac);
        return Convert.ToHexStringLower(Hmac(key, $"AWS4-HMAC-SHA256\n{time}\n{Date}/{Region}/{Service}/aws4_request\n{Hash(canonical)}")) == Value;
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)/(?<date>[0-9]{8})/(?<region>[^/]+)/(?<service>[^/]+)/aws4_request, SignedHeaders=(?<headers>[a-z0-9;-]+), Signature=(?<value>[0-9a-f]{64})$")]
    private static partial Regex Shape();
}
