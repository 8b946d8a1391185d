using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mandate.Protocol.Grpc;

/// <summary>Reads certificates from PEM files.</summary>
internal static class PemFiles
{
    /// <exception cref="InvalidDataException">There is none in it.</exception>
    internal static X509Certificate2Collection ReadAuthorities(IReadOnlyList<string> paths)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(File.ReadAllText(paths[0]));
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"'{paths[0]}' holds a certificate that cannot be read: {e.Message}", e);
        }

        return authorities.Count > 0 ? authorities : throw new InvalidDataException($"'{paths[0]}' holds no certificate in PEM form.");
    }

    /// <exception cref="InvalidDataException">They hold no certificate and key, or those do not belong together.</exception>
    internal static X509Certificate2 ReadCertificate(IReadOnlyList<string> paths)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(paths[0]), File.ReadAllText(paths[1]));
            if (!OperatingSystem.IsWindows())
                return certificate;

            // Windows' TLS cannot use a key that lives in memory only.
            using (certificate)
                return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"'{paths[0]}' and '{paths[1]}' are not a certificate and its private key in PEM form: {e.Message}", e);
        }
    }
}
