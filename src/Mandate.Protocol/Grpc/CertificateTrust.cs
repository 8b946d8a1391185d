using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Mandate.Protocol.Grpc;

/// <summary>Judges a peer's certificate by a given set of authorities in place of the machine's.</summary>
internal static class CertificateTrust
{
    /// <summary>
    /// True when <paramref name="certificate"/> was presented, its name matched (clients only report that) and it chains to one of
    /// <paramref name="authorities"/>. Revocation is not asked: private authorities rarely publish it.
    /// </summary>
    internal static bool IsTrusted(
        X509Certificate? certificate,
        X509Chain? presented,
        SslPolicyErrors errors,
        X509Certificate2Collection authorities,
        string purposeOid)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new(purposeOid));
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);

        using var copy = certificate is X509Certificate2 ? null : new X509Certificate2(certificate);
        return chain.Build(certificate as X509Certificate2 ?? copy!);
    }
}
