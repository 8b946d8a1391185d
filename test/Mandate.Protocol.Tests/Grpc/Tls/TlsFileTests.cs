using System.Security.Cryptography.X509Certificates;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Testing;

namespace Mandate.Protocol.Tests.Grpc.Tls;

/// <summary>Certificates from files, renewed while the channel is in use.</summary>
public sealed class TlsFileTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _next = new();
    private readonly TemporaryDirectory _directory = new();
    private TestAuthority _current;

    public TlsFileTests()
    {
        _current = _authority;
        Write(_authority);
    }

    private GrpcChannelTlsFiles Files => new()
    {
        ServerAuthorities = _directory.File("ca.pem"), ClientCertificate = _directory.File("tls.crt"), ClientKey = _directory.File("tls.key"), ServerName = "frontend.internal",
    };

    public void Dispose()
    {
        _authority.Dispose();
        _next.Dispose();
        _directory.Dispose();
    }

    [Fact]
    [Scenario("worker-authentication", 35)]
    public async Task Call_CertificateFilesRenewed_TheNextConnectionUsesThem()
    {
        await using var server = await StartAsync();
        var call = Connect(server);
        await call(new RpcCall(new GetSystemInfoRequest()));

        // The server moves to another authority: neither side trusts the other until the files follow.
        _current = _next;
        (await Should.ThrowAsync<RpcException>(call(new RpcCall(new GetSystemInfoRequest())))).Code.ShouldBe(RpcStatusCode.Unavailable);
        Write(_next);

        await call(new RpcCall(new GetSystemInfoRequest()));
    }

    [Fact]
    [Scenario("worker-authentication", 35)]
    public async Task Call_FilesAreHalfWrittenOrGone_KeepsWhatWasReadBefore()
    {
        await using var server = await StartAsync();
        var call = Connect(server);
        await call(new RpcCall(new GetSystemInfoRequest()));

        await File.WriteAllTextAsync(_directory.File("ca.pem"), "-----BEGIN CERTIFICATE-----\nAAAA");
        await File.WriteAllTextAsync(_directory.File("tls.crt"), _next.Client().ExportCertificatePem());
        await call(new RpcCall(new GetSystemInfoRequest()));
        File.Delete(_directory.File("ca.pem"));
        File.Delete(_directory.File("tls.key"));

        await call(new RpcCall(new GetSystemInfoRequest()));
    }

    [Fact]
    public void FromFiles_NotUsable_SaysWhichFile()
    {
        File.WriteAllText(_directory.File("empty.pem"), "nothing");

        Should.Throw<InvalidDataException>(() => GrpcChannelTls.FromFiles(Files with { ServerAuthorities = _directory.File("empty.pem") })).Message.ShouldContain("empty.pem");
        Should.Throw<InvalidDataException>(() => GrpcChannelTls.FromFiles(Files with { ClientKey = _directory.File("empty.pem") })).Message.ShouldContain("empty.pem");
        Should.Throw<ArgumentException>(() => GrpcChannelTls.FromFiles(Files with { ClientKey = null })).Message.ShouldContain("private key");
        Should.Throw<FileNotFoundException>(() => GrpcChannelTls.FromFiles(Files with { ServerAuthorities = _directory.File("none.pem") }));
    }

    private void Write(TestAuthority authority)
    {
        using var client = authority.Client();
        File.WriteAllText(_directory.File("ca.pem"), authority.Roots.ExportCertificatePems());
        File.WriteAllText(_directory.File("tls.crt"), client.ExportCertificatePem());
        File.WriteAllText(_directory.File("tls.key"), client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private Task<LoopbackServer> StartAsync() => LoopbackServer.StartAsync(
        _ => new GetSystemInfoResponse(), new() { Tls = new() { Certificate = () => _current.Server("frontend.internal"), ClientAuthorities = () => _current.Roots } });

    /// <summary>One set of TLS settings, as a channel keeps it, and a new connection for each call.</summary>
    private RpcHandler Connect(LoopbackServer server)
    {
        var tls = GrpcChannelTls.FromFiles(Files);
        return call => server.Connect(o => o with { Tls = tls })(call);
    }
}
