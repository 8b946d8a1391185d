using System.Security.Claims;
using System.Text.Encodings.Web;
using Mandate.Protocol.Api.Health.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Protocol.Tests.Grpc.Calling;
using Mandate.Protocol.Tests.Grpc.Hostile;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mandate.Protocol.Tests.Grpc;

public sealed class MapGrpcTests
{
    [Fact]
    public async Task MapGrpc_InAnApplication_ServesBesideItsOwnEndpoints()
    {
        await using var server = await PlainServer.StartAsync(application =>
        {
            application.MapGrpc(_ => Task.FromResult<Google.Protobuf.IMessage>(new GetSystemInfoResponse { ServerVersion = "mapped" }));
            application.MapPost("/v1/{anything}", () => "rest");
        });
        await using var channel = new GrpcChannel(new() { Target = server.Address });

        (await channel.Handler.CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest())).ServerVersion.ShouldBe("mapped");
        (await channel.Handler.CallAsync<HealthCheckResponse>(new HealthCheckRequest())).Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        (await new HttpCall { Path = HttpCall.PathOf("Nope") }.SendAsync(server.Address)).GrpcMessage
            .ShouldBe("unknown method Nope for service temporal.api.workflowservice.v1.WorkflowService");
        (await new HttpCall { Path = "/v1/x", ContentType = null, Body = [] }.SendAsync(server.Address)).Body.ShouldBe("rest"u8.ToArray());
    }

    [Fact]
    public async Task MapGrpc_BehindAuthentication_CallerIsTheApplicationsUser()
    {
        var callers = new List<string?>();
        await using var server = await PlainServer.StartAsync(
            application =>
            {
                application.UseAuthentication();
                application.UseAuthorization();
                application.MapGrpc(call =>
                {
                    callers.Add(call.Caller?.Identity?.Name);
                    return Task.FromResult<Google.Protobuf.IMessage>(new GetSystemInfoResponse());
                }).RequireAuthorization();
            },
            builder =>
            {
                builder.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, NameIsToken>("test", null);
                builder.Services.AddAuthorization();
            });
        await using var channel = new GrpcChannel(new() { Target = server.Address });

        await channel.Handler(new RpcCall(new GetSystemInfoRequest()) { Metadata = new([new("authorization", "alice")]) });
        var error = await Should.ThrowAsync<RpcException>(channel.Handler(new RpcCall(new GetSystemInfoRequest())));

        callers.ShouldBe(["alice"]);
        error.Code.ShouldBe(RpcStatusCode.Unauthenticated);
    }

    private sealed class NameIsToken(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var name = Request.Headers.Authorization.ToString();
            if (name.Length == 0)
                return Task.FromResult(AuthenticateResult.NoResult());
            var user = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, name)], Scheme.Name));
            return Task.FromResult(AuthenticateResult.Success(new(user, Scheme.Name)));
        }
    }
}
