using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Testing;

namespace Mandate.Protocol.Tests.Grpc.Tls;

public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Call_ServerOfAGivenAuthority_IsTrusted()
    {
        await using var server = await StartAsync(new() { Certificate = () => _authority.Server("127.0.0.1") });

        await CallAsync(server, new() { ServerAuthorities = () => _authority.Roots });
    }

    [Fact]
    public async Task Call_ServerOfAnotherAuthority_IsUnavailable()
    {
        using var other = new TestAuthority();
        await using var server = await StartAsync(new() { Certificate = () => _authority.Server("127.0.0.1") });

        await RefusedAsync(server, new() { ServerAuthorities = () => other.Roots });
        await RefusedAsync(server, new());
    }

    [Fact]
    public async Task Call_ServerWithAnotherName_NeedsTheName()
    {
        await using var server = await StartAsync(new() { Certificate = () => _authority.Server("frontend.internal") });

        await RefusedAsync(server, new() { ServerAuthorities = () => _authority.Roots });
        await CallAsync(server, new() { ServerAuthorities = () => _authority.Roots, ServerName = "frontend.internal" });
        await RefusedAsync(server, new() { ServerAuthorities = () => _authority.Roots, ServerName = "other.internal" });
    }

    [Fact]
    public async Task Call_ServerWithAClientsCertificate_IsUnavailable()
    {
        await using var server = await StartAsync(new() { Certificate = () => _authority.Client() });

        await RefusedAsync(server, new() { ServerAuthorities = () => _authority.Roots, ServerName = "client" });
    }

    [Fact]
    public async Task Call_ClientCertificateAskedFor_OnlyTheAuthoritysIsTaken()
    {
        using var other = new TestAuthority();
        await using var server = await StartAsync(new() { Certificate = () => _authority.Server("127.0.0.1"), ClientAuthorities = () => _authority.Roots });
        var tls = new GrpcChannelTls { ServerAuthorities = () => _authority.Roots };

        await CallAsync(server, tls with { ClientCertificate = () => _authority.Client() });
        await RefusedAsync(server, tls);
        await RefusedAsync(server, tls with { ClientCertificate = () => other.Client() });
        await RefusedAsync(server, tls with { ClientCertificate = () => _authority.Server("127.0.0.1") });
    }

    [Fact]
    public async Task Call_CertificatesRenewed_NextConnectionUsesThem()
    {
        using var next = new TestAuthority();
        var current = _authority;
        await using var server = await StartAsync(new() { Certificate = () => current.Server("127.0.0.1"), ClientAuthorities = () => current.Roots });
        var tls = new GrpcChannelTls { ServerAuthorities = () => current.Roots, ClientCertificate = () => current.Client() };
        await CallAsync(server, tls);

        current = next;

        await CallAsync(server, tls);
        await RefusedAsync(server, new() { ServerAuthorities = () => _authority.Roots, ClientCertificate = () => _authority.Client() });
    }

    [Fact]
    public async Task Call_CleartextToATlsPort_IsUnavailable()
    {
        await using var server = await StartAsync(new() { Certificate = () => _authority.Server("127.0.0.1") });

        var error = await Should.ThrowAsync<RpcException>(server.Connect()(new RpcCall(new GetSystemInfoRequest())));

        error.Code.ShouldBe(RpcStatusCode.Unavailable);
    }

    private static Task<LoopbackServer> StartAsync(GrpcListenerTls tls) => LoopbackServer.StartAsync(_ => new GetSystemInfoResponse(), new() { Tls = tls });

    private static Task<IMessage> CallAsync(LoopbackServer server, GrpcChannelTls tls) =>
        server.Connect(o => o with { Tls = tls })(new RpcCall(new GetSystemInfoRequest()));

    private static async Task RefusedAsync(LoopbackServer server, GrpcChannelTls tls) =>
        (await Should.ThrowAsync<RpcException>(CallAsync(server, tls))).Code.ShouldBe(RpcStatusCode.Unavailable);
}
