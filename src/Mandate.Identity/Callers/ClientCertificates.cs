using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mandate.Identity.Envelopes;
using Mandate.Identity.Files;

namespace Mandate.Identity.Callers;

/// <summary>
/// Judges client certificates: (1) issued for client authentication by one of the authorities, and valid now; (2) a name in it is somebody's. What was found good is remembered for five
/// minutes at most. Revocation lists are not asked: give certificates short lives, or take the caller out of the settings.
/// </summary>
internal sealed class ClientCertificates
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly ClientCertificateOptions _options;
    private readonly TimeProvider _time;
    private readonly FileWatch _watch;
    private readonly VerdictCache<Known> _known;
    private X509Certificate2Collection _authorities;
    private long _version;

    /// <exception cref="ArgumentException">The settings cannot be honoured.</exception>
    public ClientCertificates(ClientCertificateOptions options, int cacheSize, TimeProvider time)
    {
        if (options.Callers.FirstOrDefault(c => c.TenantId is null && c.Kind is CallerKind.User) is { } homeless)
            throw new ArgumentException($"The client certificate '{homeless.Name}' of a user needs a tenant.", nameof(options));
        foreach (var caller in options.Callers)
            _ = new Principal(caller.Subject, caller.TenantId ?? "any") { Scopes = caller.Scopes };
        _options = options;
        _time = time;
        _known = new(cacheSize);
        _watch = new(options.AuthoritiesFile, time);
        _authorities = Read() ?? throw new ArgumentException($"The file '{options.AuthoritiesFile}' holds no certificates of authorities, or cannot be read.", nameof(options));
    }

    public CallerVerdict Verify(X509Certificate2 certificate)
    {
        // A file that cannot be used leaves those that were read before in force.
        if (_watch.HasChanged() && Read() is { } changed)
        {
            _authorities = changed;
            Interlocked.Increment(ref _version);
        }

        var now = _time.GetUtcNow();
        var hash = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        var version = Interlocked.Read(ref _version);
        if (_known.Find(hash, version) is { } known && now < known.Until)
            return CallerVerdict.Accept(known.Caller);
        if (!IsTrusted(certificate, now))
            return CallerVerdict.Refuse(CallerRefusals.CertificateUntrusted);
        var names = NamesOf(certificate);
        if (_options.Callers.FirstOrDefault(c => names.Contains(c.Name, StringComparer.Ordinal)) is not { } named)
            return CallerVerdict.Refuse(CallerRefusals.CertificateUnknown);
        var caller = new Caller
        {
            Subject = named.Subject,
            Kind = named.Kind,
            Principal = named.TenantId is { } tenant ? new Principal(named.Subject, tenant) { Scopes = named.Scopes } : null,
            Scopes = named.Scopes,
            CredentialId = $"certificate:{hash.ToLowerInvariant()}",
        };
        var end = new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        _known.Add(hash, new(caller, end < now + Remembered ? end : now + Remembered), version);
        return CallerVerdict.Accept(caller);
    }

    private bool IsTrusted(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new(ClientAuthentication));
        return chain.Build(certificate);
    }

    private static List<string> NamesOf(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            names.AddRange(extension.EnumerateDnsNames());
            names.AddRange(SubjectAlternativeUris.Read(extension.RawData));
        }

        return names;
    }

    private X509Certificate2Collection? Read()
    {
        try
        {
            var read = new X509Certificate2Collection();
            read.ImportFromPemFile(_options.AuthoritiesFile);
            return read.Count > 0 ? read : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return null;
        }
    }

    private sealed record Known(Caller Caller, DateTimeOffset Until);
}
