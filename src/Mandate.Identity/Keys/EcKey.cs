using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Mandate.Identity.Keys;

/// <summary>
/// A P-256 key for ES256 (RFC 7518 section 3.4), with or without its private part. Its id is its thumbprint (RFC 7638), so that an id can never mean two keys.
/// </summary>
/// <remarks>The platform's key objects are not safe for use by several threads at once, so each use borrows one.</remarks>
internal sealed class EcKey : IDisposable
{
    public const string Algorithm = "ES256";
    public const int SignatureSize = 64;

    private readonly ECParameters _parameters;
    private readonly ConcurrentBag<ECDsa> _idle = [];

    private EcKey(ECParameters parameters)
    {
        _parameters = parameters;
        X = Base64Url.EncodeToString(parameters.Q.X);
        Y = Base64Url.EncodeToString(parameters.Q.Y);
        Id = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{X}}","y":"{{Y}}"}""")));
    }

    public string Id { get; }

    /// <summary>The public point's coordinates, base64url.</summary>
    public string X { get; }

    /// <inheritdoc cref="X"/>
    public string Y { get; }

    public static EcKey Create()
    {
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(fresh.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>Reads a private key; null when it is not one of this curve.</summary>
    public static EcKey? FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return key.KeySize == 256 && key.ExportParameters(includePrivateParameters: true) is { Curve.Oid.Value: "1.2.840.10045.3.1.7" } parameters ? new(parameters) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Reads a public key; null when the coordinates are not a point of the curve.</summary>
    public static EcKey? FromPoint(string x, string y)
    {
        try
        {
            var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) } };
            if (parameters.Q.X.Length != 32 || parameters.Q.Y.Length != 32)
                return null;
            using var key = ECDsa.Create(parameters);
            return new(parameters);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    public byte[] ToPkcs8() => Borrow(key => key.ExportPkcs8PrivateKey());

    public byte[] Sign(byte[] data) => Borrow(key => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    public bool Verify(byte[] data, byte[] signature) =>
        Borrow(key => key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_parameters.D);
        while (_idle.TryTake(out var key))
            key.Dispose();
    }

    private T Borrow<T>(Func<ECDsa, T> use)
    {
        if (!_idle.TryTake(out var key))
            key = ECDsa.Create(_parameters);
        try
        {
            return use(key);
        }
        finally
        {
            _idle.Add(key);
        }
    }
}
