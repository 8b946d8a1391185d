using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mandate.Identity.Callers;
using Mandate.Testing;

namespace Mandate.Identity.Tests.Callers;

public sealed class ClientCertificateTests : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly TemporaryDirectory _directory = new();
    private readonly X509Certificate2 _authority = Authority("CN=authority");
    private readonly CallersFixture _callers;

    public ClientCertificateTests()
    {
        File.WriteAllText(_directory.File("authorities.pem"), _authority.ExportCertificatePem());
        _callers = new(o => o with
        {
            Certificates = new()
            {
                AuthoritiesFile = _directory.File("authorities.pem"),
                Callers =
                [
                    new("spiffe://acme.example/worker", CallerKind.Worker, "orders-worker", null) { Scopes = ["mandate:worker"] },
                    new("billing.acme.example", CallerKind.Service, "billing", "acme"),
                ],
            },
        });
    }

    public void Dispose()
    {
        _callers.Dispose();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Authenticate_NamedCertificate_IsWhomTheSettingsSay()
    {
        using var worker = Issue(_authority, s => s.AddUri(new("spiffe://acme.example/worker")));
        using var service = Issue(_authority, s => s.AddDnsName("billing.acme.example"));

        var first = (await VerifyAsync(worker)).Caller!;
        (first.Kind, first.Subject, first.Principal, first.CredentialId).ShouldBe(
            (CallerKind.Worker, "orders-worker", null, $"certificate:{worker.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()}"));
        (await VerifyAsync(service)).Caller!.Principal.ShouldBe(new("billing", "acme"));
        (await VerifyAsync(worker)).Caller.ShouldBeSameAs(first, "it is remembered");
    }

    [Fact]
    public async Task Authenticate_OtherAuthorityTimePurposeOrName_IsRefused()
    {
        using var other = Authority("CN=authority");
        Action<SubjectAlternativeNameBuilder> name = s => s.AddUri(new("spiffe://acme.example/worker"));
        using var foreign = Issue(other, name);
        using var ended = Issue(_authority, name, days: -1);
        using var server = Issue(_authority, name, purpose: ServerAuthentication);
        using var nobody = Issue(_authority, s => s.AddUri(new("spiffe://acme.example/worker/other")));
        using var commonName = Issue(_authority, s => s.AddDnsName("other.example"), subject: "CN=billing.acme.example");

        foreach (var untrusted in (X509Certificate2[])[foreign, ended, server])
            (await VerifyAsync(untrusted)).Refusal!.Reason.ShouldBe("certificate-untrusted");
        foreach (var unknown in (X509Certificate2[])[nobody, commonName])
            (await VerifyAsync(unknown)).Refusal!.Reason.ShouldBe("certificate-unknown");
    }

    [Fact]
    public async Task Authenticate_AuthoritiesChange_AreReadAgain()
    {
        using var certificate = Issue(_authority, s => s.AddDnsName("billing.acme.example"));
        (await VerifyAsync(certificate)).IsAccepted.ShouldBeTrue();
        using var next = Authority("CN=next");

        await File.WriteAllTextAsync(_directory.File("authorities.pem"), next.ExportCertificatePem());
        _callers.Clock.Advance(TimeSpan.FromSeconds(1));

        (await VerifyAsync(certificate)).Refusal!.Reason.ShouldBe("certificate-untrusted");
        using var good = Issue(next, s => s.AddDnsName("billing.acme.example"));
        (await VerifyAsync(good)).IsAccepted.ShouldBeTrue();
    }

    [Fact]
    public async Task Authenticate_TokenBoundToACertificate_WantsThatConnection()
    {
        using var bound = Issue(_authority, s => s.AddDnsName("a.example"));
        using var other = Issue(_authority, s => s.AddDnsName("a.example"));
        var token = _callers.First.Token("alice", "acme", t => t.Claims["cnf"] = new Dictionary<string, object> { ["x5t#S256"] = Base64Url.EncodeToString(bound.GetCertHash(HashAlgorithmName.SHA256)) });

        (await VerifyAsync(bound, token)).IsAccepted.ShouldBeTrue();
        (await VerifyAsync(other, token)).Refusal!.Reason.ShouldBe("token-certificate");
        (await VerifyAsync(null, token)).Refusal!.Reason.ShouldBe("token-certificate");
    }

    private async Task<CallerVerdict> VerifyAsync(X509Certificate2? certificate, string? token = null) =>
        await _callers.Authenticator.AuthenticateAsync(new() { ClientCertificate = certificate, BearerToken = token }, CancellationToken.None);

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        return request.CreateSelfSigned(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private X509Certificate2 Issue(X509Certificate2 authority, Action<SubjectAlternativeNameBuilder> names, int days = 1, string purpose = ClientAuthentication, string subject = "CN=client")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var san = new SubjectAlternativeNameBuilder();
        names(san);
        request.CertificateExtensions.Add(san.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        var now = _callers.Clock.GetUtcNow();
        return request.Create(authority, now.AddDays(-10), now.AddDays(days), RandomNumberGenerator.GetBytes(8));
    }
}
