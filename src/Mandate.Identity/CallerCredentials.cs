using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mandate.Identity;

/// <summary>What a caller shows to prove who it is, as it arrived at an edge: nothing of it has been checked.</summary>
public sealed record CallerCredentials
{
    /// <summary>The value of <c>Authorization: Bearer …</c>: an access token, or an API key where a client can send it in no other place. Null when there is none.</summary>
    public string? BearerToken { get; init; }

    /// <summary>An API key that arrived as such, in the header <see cref="IdentityHeaders.ApiKey"/>. Null when there is none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The certificate with which the caller opened the TLS connection, which has shown that it holds the key. Null when there is none.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Where the connection comes from, for the ledger; null in process.</summary>
    public string? PeerAddress { get; init; }

    /// <summary>Which of them are there, never their values.</summary>
    public override string ToString()
    {
        var shown = new StringBuilder();
        foreach (var (name, isThere) in ((string, bool)[])[("bearer token", BearerToken is not null), ("API key", ApiKey is not null), ("client certificate", ClientCertificate is not null)])
        {
            if (isThere)
                shown.Append(shown.Length > 0 ? ", " : "").Append(name);
        }

        return shown.Length > 0 ? shown.ToString() : "nothing";
    }
}
