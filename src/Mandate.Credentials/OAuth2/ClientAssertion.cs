using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mandate.Credentials.OAuth2;

/// <summary>The signed statement with which a client proves that it has its private key (RFC 7523 section 2.2, OpenID Connect Core section 9).</summary>
internal static class ClientAssertion
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <exception cref="TokenException">The key cannot be read, or does not fit the algorithm.</exception>
    public static string Create(string clientId, string privateKey, Uri endpoint, ClientCredentialsOptions options, TimeProvider time)
    {
        using var key = Read(privateKey, clientId);
        var algorithm = options.AssertionAlgorithm ?? AlgorithmOf(key);
        var now = time.GetUtcNow();
        var header = new Dictionary<string, string> { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (options.AssertionKeyId is { } keyId)
            header["kid"] = keyId;
        var claims = new Dictionary<string, object>
        {
            ["iss"] = clientId,
            ["sub"] = clientId,
            ["aud"] = endpoint.OriginalString,
            ["jti"] = Guid.NewGuid().ToString(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
        };
        var signed = $"{Part(header)}.{Part(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(key, algorithm, Encoding.ASCII.GetBytes(signed)) ?? throw Unfit(clientId, algorithm))}";
    }

    private static string Part<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    /// <summary>Null when the key is of another kind. JWS wants the plain concatenation of both numbers for elliptic curves (RFC 7518 section 3.4).</summary>
    private static byte[]? Sign(AsymmetricAlgorithm key, string algorithm, byte[] data) => (key, algorithm) switch
    {
        (ECDsa { KeySize: 256 } ec, "ES256") => ec.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        (ECDsa { KeySize: 384 } ec, "ES384") => ec.SignData(data, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        (ECDsa { KeySize: 521 } ec, "ES512") => ec.SignData(data, HashAlgorithmName.SHA512, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        (RSA rsa, "RS256") => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        (RSA rsa, "PS256") => rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        _ => null,
    };

    private static string AlgorithmOf(AsymmetricAlgorithm key) => key switch
    {
        ECDsa { KeySize: 384 } => "ES384",
        ECDsa { KeySize: 521 } => "ES512",
        ECDsa => "ES256",
        _ => "RS256",
    };

    private static AsymmetricAlgorithm Read(string pem, string clientId)
    {
        AsymmetricAlgorithm[] kinds = [ECDsa.Create(), RSA.Create()];
        foreach (var key in kinds)
        {
            try
            {
                key.ImportFromPem(pem);
                foreach (var other in kinds.Where(k => k != key))
                    other.Dispose();
                return key;
            }
            catch (Exception e) when (e is ArgumentException or CryptographicException)
            {
                // Of the other kind, or none. What was wrong is not told: the text is a secret.
            }
        }

        foreach (var key in kinds)
            key.Dispose();
        throw new TokenException(TokenErrorKind.NotConfigured, $"The private key of client '{clientId}' cannot be read: an unencrypted EC or RSA private key in PEM form is expected.");
    }

    private static TokenException Unfit(string clientId, string algorithm) =>
        new(TokenErrorKind.NotConfigured, $"The private key of client '{clientId}' is not one for {algorithm}. Correct {nameof(ClientCredentialsOptions.AssertionAlgorithm)}, or leave it out.");
}
