using System.Security.Cryptography;
using System.Text;

namespace Mandate.Credentials;

/// <summary>What a client proves itself with to an identity provider.</summary>
/// <param name="ClientId">The client's identifier.</param>
/// <param name="ClientSecret">
/// Its secret; for <see cref="ClientAuthentication.PrivateKeyJwt"/> its private key in PEM form (PKCS#8, SEC1 or PKCS#1); null for <see cref="ClientAuthentication.TlsClientAuth"/>.
/// </param>
/// <param name="Source">The place they come from, for logs and metrics; never a value.</param>
public sealed record ClientCredential(string ClientId, Secret? ClientSecret, string Source)
{
    /// <summary>Whether the other one would be refused just the same.</summary>
    internal bool ProvesTheSameAs(ClientCredential other) =>
        ClientId == other.ClientId && CryptographicOperations.FixedTimeEquals(Bytes(ClientSecret), Bytes(other.ClientSecret));

    private static byte[] Bytes(Secret? secret) => secret is null ? [] : Encoding.UTF8.GetBytes(secret.Reveal());
}
