using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mandate.Identity.Callers;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;

namespace Mandate.Gateway.Tests;

/// <summary>The pipeline behind a listener with TLS: client certificates say who calls, tokens do too, and renewed certificates are taken up without a restart.</summary>
public sealed class ListenerTests : IAsyncLifetime, IDisposable
{
    private readonly TestAuthority _servers = new("servers");
    private readonly TestAuthority _clients = new("clients");
    private readonly TestAuthority _strangers = new("strangers");
    private GatewayFixture _gateway = null!;
    private CallerAuthenticator _authenticator = null!;
    private GrpcListener _listener = null!;

    public async Task InitializeAsync()
    {
        _gateway = await GatewayFixture.StartAsync((fixture, o) =>
        {
            File.WriteAllText(fixture.File("clients.pem"), Pem(_clients.Roots[0]));
            WriteServer(fixture, _servers.Server("127.0.0.1"));
            _authenticator = new(new()
            {
                Certificates = new() { AuthoritiesFile = fixture.File("clients.pem"), Callers = [new("worker.test", CallerKind.Worker, "worker-by-certificate", null)] },
                ApiKeys = new ApiKeyStore(fixture.File("api-keys.json")),
            });
            return o with { Authenticator = _authenticator };
        });
        _listener = await GrpcListener.StartAsync(_gateway.Pipeline.Handler, new GrpcListenerOptions
        {
            ListenOn = new(IPAddress.Loopback, 0), Tls = GrpcListenerTls.FromFiles(_gateway.File("server.pem"), _gateway.File("server.key"), _gateway.File("clients.pem")),
        });
    }

    public async Task DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _gateway.DisposeAsync();
        _authenticator.Dispose();
    }

    public void Dispose()
    {
        _servers.Dispose();
        _clients.Dispose();
        _strangers.Dispose();
    }

    [Fact]
    public async Task Call_ByClientCertificate_IsThatCallersAndRecordedWithItsFingerprint()
    {
        using var certificate = _clients.Client("worker.test");
        await using var channel = Channel(certificate);

        await DescribeAsync(channel);

        (await Should.ThrowAsync<RpcException>(() => channel.Handler.CallAsync<StartWorkflowExecutionResponse>(GatewayFixture.StartRequest("order-1")))).Code.ShouldBe(RpcStatusCode.PermissionDenied);
        var denial = await _gateway.LastDenialAsync(Audit.AuditLedger.SystemTenant);
        denial.Actor.Id.ShouldBe("worker-by-certificate");
        denial.Metadata["credential"].ShouldStartWith("certificate:");
    }

    [Fact]
    public async Task Call_WithoutCertificate_NeedsAnotherCredential()
    {
        await using var channel = Channel(certificate: null);

        (await Should.ThrowAsync<RpcException>(() => channel.Handler.CallAsync<DescribeNamespaceResponse>(new DescribeNamespaceRequest { Namespace = GatewayFixture.Namespace })))
            .Code.ShouldBe(RpcStatusCode.Unauthenticated);
    }

    [Fact]
    public async Task Connect_CertificateOfStrangers_IsTurnedAwayAtTheHandshake()
    {
        using var certificate = _strangers.Client("worker.test");
        await using var channel = Channel(certificate);

        (await Should.ThrowAsync<RpcException>(() => channel.Handler.CallAsync<DescribeNamespaceResponse>(new DescribeNamespaceRequest { Namespace = GatewayFixture.Namespace })))
            .Code.ShouldBe(RpcStatusCode.Unavailable);
    }

    [Fact]
    public async Task Call_CertificateOfTheAuthorityThatNamesNobody_IsUnauthenticated()
    {
        using var certificate = _clients.Client("somebody-else.test");
        await using var channel = Channel(certificate);

        (await Should.ThrowAsync<RpcException>(() => channel.Handler.CallAsync<DescribeNamespaceResponse>(new DescribeNamespaceRequest { Namespace = GatewayFixture.Namespace })))
            .Code.ShouldBe(RpcStatusCode.Unauthenticated);
    }

    [Fact]
    public async Task Files_RenewedCertificateAndAuthorities_CountForTheNextConnection()
    {
        using var renewedServers = new TestAuthority("renewed servers");
        WriteServer(_gateway, renewedServers.Server("127.0.0.1"));
        File.AppendAllText(_gateway.File("clients.pem"), "\n" + Pem(_strangers.Roots[0]));
        using var certificate = _strangers.Client("worker.test");

        await using var channel = Channel(certificate, renewedServers);

        // The listener reads its files at each handshake; who judges callers looks at its file now and then.
        await Eventually.BecomesAsync(async () => await Record.ExceptionAsync(() => DescribeAsync(channel)) is null);
    }

    /// <summary>What anybody who is known may do.</summary>
    private static Task<DescribeNamespaceResponse> DescribeAsync(GrpcChannel channel) =>
        channel.Handler.CallAsync<DescribeNamespaceResponse>(new DescribeNamespaceRequest { Namespace = GatewayFixture.Namespace });

    private GrpcChannel Channel(X509Certificate2? certificate, TestAuthority? servers = null) => new(new GrpcChannelOptions
    {
        Target = _listener.Address,
        Tls = new() { ServerAuthorities = () => (servers ?? _servers).Roots, ClientCertificate = certificate is null ? null : () => certificate },
    });

    private static void WriteServer(GatewayFixture gateway, X509Certificate2 certificate)
    {
        using (certificate)
        {
            // The key first: until both are there, what was read before stays in use.
            File.WriteAllText(gateway.File("server.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(gateway.File("server.pem"), Pem(certificate));
        }
    }

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem();
}
