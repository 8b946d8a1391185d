using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Temporal.Client;
using Mandate.Temporal.Hosting;
using Mandate.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Mandate.Credentials.Tests;

public sealed class WorkerAuthenticationTests
{
    [Fact]
    [Scenario("worker-authentication", 1)]
    [Scenario("worker-authentication", 33)]
    public async Task Disabled_EverySurface_IsEmptyAndNobodyIsAsked()
    {
        await using var worker = new WorkerFixture(configure: o => o with { Enabled = false });
        worker.Authentication.Start();
        RpcCall? sent = null;
        var call = worker.Authentication.Stage(received =>
        {
            sent = received;
            return Task.FromResult<Google.Protobuf.IMessage>(new GetSystemInfoResponse());
        });

        (await worker.Authentication.GetHeadersAsync()).ShouldBeEmpty();
        (await worker.Authentication.GetTokenAsync()).ShouldBeNull();
        (await worker.Authentication.RefreshAsync()).ShouldBeNull();
        await call(new(new GetSystemInfoRequest()));

        worker.Authentication.IsEnabled.ShouldBeFalse();
        worker.Authentication.Status.ShouldBe(new(WorkerAuthenticationState.Disabled, null, null));
        worker.Authentication.Status.IsReady.ShouldBeTrue();
        sent!.Metadata.IsEmpty.ShouldBeTrue();
        worker.Provider.Handler.Received.ShouldBeEmpty();
        worker.Clock.ArmedTimers.ShouldBe(0);
    }

    [Fact]
    [Scenario("worker-authentication", 33)]
    public async Task Surface_BeforeAndAfterATokenIsThere_TellsWhatIsKnown()
    {
        await using var worker = new WorkerFixture(lifetime: 900, o => o with { ApplicationName = ApplicationName.Parse("postgres-extraction") });
        var authentication = worker.Authentication;
        authentication.ApplicationName.ToString().ShouldBe("postgres-extraction");
        authentication.IsEnabled.ShouldBeTrue();
        authentication.IsTokenValid.ShouldBeFalse();
        authentication.ExpiresAt.ShouldBeNull();
        authentication.TimeUntilExpiry.ShouldBeNull();
        worker.Provider.Exchanges.ShouldBe(0, "looking asks nobody");

        (await authentication.GetTokenAsync())!.Value.Reveal().ShouldBe("token-1");
        (await authentication.GetHeadersAsync()).ShouldBe([new("authorization", "Bearer token-1")]);
        authentication.IsTokenValid.ShouldBeTrue();
        authentication.ExpiresAt.ShouldBe(worker.Clock.GetUtcNow().AddSeconds(900));
        worker.Clock.Advance(TimeSpan.FromSeconds(100));
        authentication.TimeUntilExpiry.ShouldBe(TimeSpan.FromSeconds(800));

        (await authentication.RefreshAsync())!.Value.Reveal().ShouldBe("token-2");
        authentication.ClearCache();
        authentication.IsTokenValid.ShouldBeFalse();
        authentication.ExpiresAt.ShouldBeNull();
        (await authentication.GetHeadersAsync())["Authorization"].ShouldBe("Bearer token-3");

        worker.Clock.Advance(TimeSpan.FromSeconds(901));
        authentication.IsTokenValid.ShouldBeFalse();
        authentication.TimeUntilExpiry.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    [Scenario("worker-authentication", 34)]
    public async Task Status_TokenAgesWhileTheProviderIsDown_IsReadyExactlyUntilItExpires()
    {
        await using var worker = new WorkerFixture(lifetime: 900);
        worker.Authentication.Status.State.ShouldBe(WorkerAuthenticationState.NoToken);
        worker.Authentication.Status.IsReady.ShouldBeFalse();
        worker.Authentication.Start();
        await worker.QuietAsync(exchanges: 1);
        worker.Authentication.Status.IsReady.ShouldBeTrue();
        worker.Fail();

        worker.Clock.Advance(TimeSpan.FromSeconds(900) - TimeSpan.FromTicks(1));
        worker.Authentication.Status.IsReady.ShouldBeTrue();
        worker.Clock.Advance(TimeSpan.FromTicks(1));
        worker.Authentication.Status.State.ShouldBe(WorkerAuthenticationState.Expired);
        worker.Authentication.Status.IsReady.ShouldBeFalse();

        worker.Provider.Issue();
        await Eventually.BecomesAsync(() =>
        {
            worker.Clock.Advance(TimeSpan.FromSeconds(1));
            return worker.Authentication.Status.IsReady;
        });
    }

    [Fact]
    [Scenario("worker-authentication", 34)]
    public async Task Refreshes_SucceedAndFail_AreEventsAndMeasurements()
    {
        using var metrics = new MetricsRecorder();
        await using var worker = new WorkerFixture(lifetime: 900, o => o with { Token = o.Token with { Audience = metrics.Audience } });
        var events = new List<TokenRefreshedEventArgs>();
        worker.Authentication.Refreshed += (_, refresh) => events.Add(refresh);
        worker.Authentication.Refreshed += (_, _) => throw new InvalidOperationException("an observer that fails");

        await worker.Authentication.GetTokenAsync();
        worker.Fail();
        await Should.ThrowAsync<TokenException>(async () => await worker.Authentication.RefreshAsync());

        events.Count.ShouldBe(2);
        events[0].Error.ShouldBeNull();
        events[0].ExpiresAt.ShouldBe(worker.Clock.GetUtcNow().AddSeconds(900));
        events[0].ClientId.ShouldBe("orders-worker");
        events[0].CredentialSource.ShouldBe("the options");
        events[1].Error.ShouldNotBeNull().Kind.ShouldBe(TokenErrorKind.Unavailable);
        events[1].ExpiresAt.ShouldBeNull();
        var refresh = metrics.Of("mandate.token.refreshes").ShouldHaveSingleItem();
        refresh.Tags["mandate.credential.source"].ShouldBe("the options");
        refresh.Tags["mandate.client_id"].ShouldBe("orders-worker");
        metrics.Of("mandate.token.refresh.failures").ShouldHaveSingleItem().Tags["error.type"].ShouldBe("Unavailable");
        metrics.Of("mandate.token.refresh.duration").Count.ShouldBe(2);
        metrics.Gauge("mandate.token.time_to_expiry").ShouldBe(900);
        worker.Clock.Advance(TimeSpan.FromSeconds(1000));
        metrics.Gauge("mandate.token.time_to_expiry").ShouldBe(-100);
    }

    [Fact]
    [Scenario("worker-authentication", 36)]
    public async Task Call_OverCleartextToAnotherMachine_IsRefusedUnlessAllowed()
    {
        string? arrived = null;
        var calls = 0;
        await using var server = await GrpcListener.StartAsync(
            call =>
            {
                calls++;
                arrived = call.Metadata["authorization"];
                return Task.FromResult<Google.Protobuf.IMessage>(new GetSystemInfoResponse());
            },
            new() { ListenOn = new(IPAddress.Any, 0) });
        var target = $"{OwnAddress()}:{server.EndPoint.Port}";
        await using var strict = new WorkerFixture();
        await using var refused = new GrpcChannel(strict.Authentication.Apply(new() { Target = target }));
        var error = await Should.ThrowAsync<RpcException>(refused.Handler(new(new GetSystemInfoRequest())));
        error.Code.ShouldBe(RpcStatusCode.FailedPrecondition);
        error.Message.ShouldContain("not encrypted");
        error.ToString().ShouldNotContain("token-1");
        calls.ShouldBe(0);

        await using var lax = new WorkerFixture(configure: o => o with { AllowCleartext = true });
        await using var allowed = new GrpcChannel(lax.Authentication.Apply(new() { Target = target }));
        await allowed.Handler(new(new GetSystemInfoRequest()));
        arrived.ShouldBe("Bearer token-1");

        await using var local = new GrpcChannel(strict.Authentication.Apply(new() { Target = $"127.0.0.1:{server.EndPoint.Port}" }));
        await local.Handler(new(new GetSystemInfoRequest()));
        calls.ShouldBe(2);
    }

    [Fact]
    public async Task AddWorkerAuthentication_OneLine_AuthenticatesTheHostsClientAndReportsHealth()
    {
        await using var provider = await ScriptedHttpServer.StartAsync(_ => new(200, """{"access_token":"hosted-token","expires_in":900}"""));
        string? arrived = null;
        await using var server = await GrpcListener.StartAsync(
            call =>
            {
                arrived = call.Metadata["authorization"];
                return Task.FromResult<Google.Protobuf.IMessage>(new GetSystemInfoResponse());
            },
            new() { ListenOn = new(IPAddress.Loopback, 0) });
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddTemporalClient(_ => new(server.Address));
        builder.Services.AddWorkerAuthentication(_ => new() { Token = ProviderFixture.Options() with { TokenEndpoint = provider.Address } });
        builder.Services.AddWorkerAuthentication();
        using var host = builder.Build();
        await host.StartAsync();
        await Eventually.BecomesAsync(() => host.Services.GetRequiredService<WorkerAuthentication>().IsTokenValid);

        await host.Services.GetRequiredService<ITemporalClient>().Handler(new(new GetSystemInfoRequest()));

        arrived.ShouldBe("Bearer hosted-token");
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        health.Entries["worker-authentication"].Status.ShouldBe(HealthStatus.Healthy);
        health.Entries["worker-authentication"].Tags.ShouldContain("ready");
        host.Services.GetRequiredService<WorkerAuthentication>().ClearCache();
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status.ShouldBe(HealthStatus.Unhealthy);
        await host.StopAsync();
    }

    /// <summary>An address of this machine that is not loopback.</summary>
    private static string OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus is OperationalStatus.Up)
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address)
        .FirstOrDefault(a => a.AddressFamily is AddressFamily.InterNetwork && !IPAddress.IsLoopback(a))?.ToString() ?? Dns.GetHostName();

    [Theory]
    [InlineData(0.6)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Constructor_UnusableJitter_IsRefused(double jitter) =>
        Should.Throw<ArgumentException>(() => new WorkerAuthentication(new() { Token = ProviderFixture.Options(), RefreshJitter = jitter })).Message.ShouldContain("RefreshJitter");
}
