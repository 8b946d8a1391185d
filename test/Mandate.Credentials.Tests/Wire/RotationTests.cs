using System.Collections.Concurrent;
using System.Net;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mandate.Credentials.Tests.Wire;

/// <summary>Tokens that change on a live connection, seen from the endpoint.</summary>
public sealed class RotationTests
{
    private const int Rotations = 100;
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromSeconds(5);

    /// <summary>The real provider's tokens live by a real clock, on which a busy machine may stand still for a while.</summary>
    private static readonly TimeSpan RealLifetime = TimeSpan.FromMinutes(5);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    [Scenario("worker-authentication", 21)]
    public async Task Worker_PollsWhileTheTokenChanges_TheNextPollCarriesTheNewOne()
    {
        var provider = ProviderFixture.Issuing();
        await using var endpoint = await GuardedEndpoint.StartAsync(_ => Task.FromResult(true));
        await using var authentication = new WorkerAuthentication(new() { Token = ProviderFixture.Options() }, provider.Handler, provider.Clock);
        await using var worker = new GuardedWorker(endpoint, authentication);
        await worker.RunAsync();
        await Eventually.BecomesAsync(() => endpoint.Polls.Any());
        endpoint.Arrived.ShouldAllBe(c => c.Authorization == "Bearer token-1");

        // The worker waits in long polls when its token is replaced.
        await authentication.RefreshAsync();
        worker.Calls.NextGeneration();
        await worker.RunAsync();
        await Eventually.BecomesAsync(() => endpoint.Polls.Any(c => c.Generation!.StartsWith("1-", StringComparison.Ordinal)));

        endpoint.Arrived.Where(c => c.Generation!.StartsWith("1-", StringComparison.Ordinal)).ShouldAllBe(c => c.Authorization == "Bearer token-2");
        worker.Calls.Failed.ShouldBeEmpty();
        provider.Exchanges.ShouldBe(2);
    }

    [Fact]
    [Scenario("worker-authentication", 22)]
    public async Task Worker_100RotationsOf5SecondTokensUnderLoad_NoPollFailsAndNoTaskIsLost()
    {
        var expires = new ConcurrentDictionary<string, DateTimeOffset>();
        using var provider = new ScriptedHttpHandler(_ =>
        {
            var token = $"token-{expires.Count + 1}";
            expires[token] = _clock.GetUtcNow() + TokenLifetime;
            return ScriptedHttpHandler.Json($$"""{"access_token":"{{token}}","expires_in":{{TokenLifetime.TotalSeconds}}}""");
        });
        await using var endpoint = await GuardedEndpoint.StartAsync(token => Task.FromResult(expires.TryGetValue(token, out var end) && _clock.GetUtcNow() < end));
        await using var authentication = new WorkerAuthentication(new() { Token = ProviderFixture.Options(), RefreshJitter = 0 }, provider, _clock);

        await RotateUnderLoadAsync(endpoint, authentication, TokenLifetime);

        expires.Count.ShouldBe(Rotations + 1);
        endpoint.Arrived.ShouldAllBe(c => c.IsAccepted);
    }

    [Fact]
    [Scenario("worker-authentication", 22)]
    public async Task Worker_100RotationsByARealProvider_NoPollFailsAndNoTaskIsLost()
    {
        await using var provider = await OidcProvider.StartAsync(new() { TokenLifetime = RealLifetime, Audiences = ["temporal"] });
        using var http = new HttpClient();
        var validation = new TokenValidationParameters
        {
            ValidIssuer = provider.Issuer.OriginalString, ValidAudience = "temporal", ClockSkew = TimeSpan.Zero,
            IssuerSigningKeys = new JsonWebKeySet(await http.GetStringAsync(provider.KeysAddress)).GetSigningKeys(),
        };
        var handler = new JsonWebTokenHandler();
        await using var endpoint = await GuardedEndpoint.StartAsync(async token => (await handler.ValidateTokenAsync(token, validation)).IsValid);

        // The provider's tokens live by its own clock; how long that is is all that the worker takes from it.
        await using var authentication = new WorkerAuthentication(
            new()
            {
                Token = new() { Authority = provider.Issuer, Audience = "temporal", ClientId = "orders-worker", ClientSecret = new(ProviderFixture.ClientSecret) },
                RefreshJitter = 0,
            },
            handler: null,
            _clock);

        await RotateUnderLoadAsync(endpoint, authentication, RealLifetime);

        endpoint.Polls.Where(c => c.IsAccepted).Select(c => c.Authorization).Distinct().Count().ShouldBeGreaterThanOrEqualTo(Rotations);
        (await provider.RequestsAsync()).ShouldAllBe(r => r.Status == 200);
    }

    [Fact]
    [Scenario("worker-authentication", 23)]
    public async Task Worker_EndpointRejectsTheToken_RefreshesOnceAtOnceThenBacksOffAndRecovers()
    {
        var provider = ProviderFixture.Issuing();
        var loggers = new RecordingLoggers();
        string[] rejected = [];
        await using var endpoint = await GuardedEndpoint.StartAsync(token => Task.FromResult(!rejected.Contains(token)));
        await using var authentication = new WorkerAuthentication(new() { Token = ProviderFixture.Options() }, provider.Handler, provider.Clock, loggers, () => 0);
        authentication.Start();
        await using var worker = new GuardedWorker(endpoint, authentication);
        await worker.RunAsync();
        rejected = ["token-1", "token-2"];
        await endpoint.StartPastTheGuardAsync();

        // The clock stands still: however often the worker polls, the provider is asked for one replacement and no more.
        await Eventually.BecomesAsync(() => worker.Calls.Failed.Count(c => c.Method.StartsWith("Poll", StringComparison.Ordinal)) >= 5);
        provider.Exchanges.ShouldBe(2);
        worker.Calls.Failed.ShouldAllBe(c => c.Error.Code == Protocol.RpcStatusCode.Unauthenticated);
        endpoint.Arrived.Where(c => !c.IsAccepted).Select(c => c.Authorization).Distinct().ShouldBe(["Bearer token-1", "Bearer token-2"]);
        authentication.IsTokenValid.ShouldBeTrue("by its own life it is");
        authentication.Status.State.ShouldBe(WorkerAuthenticationState.Rejected);
        authentication.Status.IsReady.ShouldBeFalse();
        loggers.Lines.Count(l => l.StartsWith("Warning WorkerTokenRejected", StringComparison.Ordinal)).ShouldBe(1);

        provider.Clock.Advance(TimeSpan.FromSeconds(1));
        (await worker.RunAsync()).ShouldBe("Hello, 2");

        provider.Exchanges.ShouldBe(3);
        authentication.Status.State.ShouldBe(WorkerAuthenticationState.Valid);
    }

    [Fact]
    [Scenario("worker-authentication", 23)]
    public async Task Worker_TokenIsRevoked_TheCallIsSentAgainAndTheWorkerSeesNothing()
    {
        var provider = ProviderFixture.Issuing();
        var revoked = "";
        await using var endpoint = await GuardedEndpoint.StartAsync(token => Task.FromResult(token != revoked));
        await using var authentication = new WorkerAuthentication(new() { Token = ProviderFixture.Options() }, provider.Handler, provider.Clock);
        await using var worker = new GuardedWorker(endpoint, authentication);
        await worker.RunAsync();
        revoked = "token-1";

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => worker.RunAsync()));

        worker.Calls.Failed.ShouldBeEmpty();
        provider.Exchanges.ShouldBe(2, "many rejected calls lead to one refresh");
        endpoint.Arrived.ShouldContain(c => !c.IsAccepted);
        authentication.Status.IsReady.ShouldBeTrue();
    }

    [Fact]
    [Scenario("worker-authentication", 23)]
    public async Task Call_TokenRejectedWhileTheProviderIsDown_IsTriedAgainAfterThePause()
    {
        var provider = ProviderFixture.Issuing();
        await using var authentication = new WorkerAuthentication(new() { Token = ProviderFixture.Options() }, provider.Handler, provider.Clock, null, () => 0);
        var call = authentication.Stage(sent => sent.Metadata["authorization"] == "Bearer token-1"
            ? throw new Protocol.RpcException(Protocol.RpcStatusCode.Unauthenticated, "revoked")
            : Task.FromResult<Google.Protobuf.IMessage>(new GetSystemInfoResponse()));
        await authentication.GetTokenAsync();
        provider.Fail();
        for (var i = 0; i < 3; i++)
            (await Should.ThrowAsync<Protocol.RpcException>(call(new(new GetSystemInfoRequest())))).Code.ShouldBe(Protocol.RpcStatusCode.Unauthenticated);
        provider.Exchanges.ShouldBe(2);

        provider.Issue();
        provider.Clock.Advance(TimeSpan.FromSeconds(1));
        await call(new(new GetSystemInfoRequest()));

        provider.Exchanges.ShouldBe(3);
        authentication.Status.State.ShouldBe(WorkerAuthenticationState.Valid);
    }

    /// <summary>Rotates as fast as the wire confirms it, while workflows run all the time.</summary>
    private async Task RotateUnderLoadAsync(GuardedEndpoint endpoint, WorkerAuthentication authentication, TimeSpan lifetime)
    {
        authentication.Start();
        await Eventually.BecomesAsync(() => authentication.IsTokenValid && _clock.ArmedDelays == 1);
        await using var worker = new GuardedWorker(endpoint, authentication);
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var results = 0;
            while (!enough.IsCancellationRequested)
            {
                (await worker.RunAsync()).ShouldStartWith("Hello, ");
                results++;
            }

            return results;
        }));

        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            var old = authentication.ExpiresAt;
            _clock.Advance(lifetime * 0.8);
            await Eventually.BecomesAsync(() => authentication.ExpiresAt > old && _clock.ArmedDelays == 1);

            // Calls of the generations before may carry the old token, which has a fifth of its life left: the clock goes on only when all of them have arrived, and a poll with the new one.
            worker.Calls.NextGeneration();
            var present = (await authentication.GetHeadersAsync())["authorization"];
            await Eventually.BecomesAsync(() => worker.Calls.HaveEarlierOnesArrived(endpoint) && endpoint.Polls.Any(c => c.Authorization == present));
        }

        await enough.CancelAsync();
        (await load).Sum().ShouldBe(worker.Started, "every workflow that was started has ended");
        worker.Started.ShouldBeGreaterThan(Rotations);
        worker.Calls.Failed.ShouldBeEmpty();
    }
}
