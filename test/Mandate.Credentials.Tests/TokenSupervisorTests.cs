using System.Buffers.Text;
using System.Text;
using Mandate.Testing;

namespace Mandate.Credentials.Tests;

public sealed class TokenSupervisorTests
{
    [Fact]
    public async Task Start_TokenAtFourFifthsOfItsLife_IsReplacedWithoutACall()
    {
        await using var worker = new WorkerFixture(lifetime: 900);
        worker.Authentication.Start();
        await worker.QuietAsync(exchanges: 1);

        await worker.AdvanceAsync(TimeSpan.FromSeconds(720) - TimeSpan.FromTicks(1), exchanges: 1);
        await worker.AdvanceAsync(TimeSpan.FromTicks(1), exchanges: 2);

        worker.Authentication.TimeUntilExpiry.ShouldBe(TimeSpan.FromSeconds(900));
    }

    [Fact]
    [Scenario("worker-authentication", 15)]
    public async Task Start_LifeChangesFromTokenToToken_IsCalculatedAnewEachTime()
    {
        await using var worker = new WorkerFixture(lifetime: 3600);
        worker.Authentication.Start();
        await worker.QuietAsync(exchanges: 1);

        worker.Provider.Issue(240);
        await worker.AdvanceAsync(TimeSpan.FromSeconds(1799), exchanges: 1);
        await worker.AdvanceAsync(TimeSpan.FromSeconds(1), exchanges: 2);
        worker.Provider.Issue(900);
        await worker.AdvanceAsync(TimeSpan.FromSeconds(191), exchanges: 2);
        await worker.AdvanceAsync(TimeSpan.FromSeconds(1), exchanges: 3);
        await worker.AdvanceAsync(TimeSpan.FromSeconds(719), exchanges: 3);
        await worker.AdvanceAsync(TimeSpan.FromSeconds(1), exchanges: 4);
    }

    [Fact]
    public async Task Start_WithChance_ComesEarlierByUpToTheJitter()
    {
        await using var worker = new WorkerFixture(lifetime: 900, random: () => 1);
        worker.Authentication.Start();
        await worker.QuietAsync(exchanges: 1);

        await worker.AdvanceAsync(TimeSpan.FromSeconds(647), exchanges: 1);
        await worker.AdvanceAsync(TimeSpan.FromSeconds(1), exchanges: 2);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(3600)]
    [InlineData(-3600)]
    [Scenario("worker-authentication", 14)]
    public async Task Start_LocalClockIsWrong_RefreshesBeforeTheProvidersClockSeesTheTokenExpire(int slowBySeconds)
    {
        var provider = new ProviderFixture();
        DateTimeOffset AtProvider() => provider.Clock.GetUtcNow().AddSeconds(slowBySeconds);
        var expiresAtProvider = DateTimeOffset.MinValue;
        var issued = 0;
        provider.Answer = (_, _) =>
        {
            issued++;
            expiresAtProvider = AtProvider().AddSeconds(900);
            return Task.FromResult(ScriptedHttpHandler.Json($$"""{"access_token":"{{Jwt(AtProvider(), expiresAtProvider)}}"}"""));
        };
        await using var authentication = new WorkerAuthentication(new() { Token = ProviderFixture.Options() }, provider.Handler, provider.Clock);
        authentication.Start();
        await Eventually.BecomesAsync(() => issued == 1 && provider.Clock.ArmedDelays == 1);

        for (var i = 0; i < 300; i++)
        {
            provider.Clock.Advance(TimeSpan.FromSeconds(10));
            await Eventually.BecomesAsync(() => provider.Clock.ArmedDelays == 1 && AtProvider() < expiresAtProvider);
        }

        issued.ShouldBeGreaterThan(3);
    }

    [Fact]
    [Scenario("worker-authentication", 16)]
    public async Task Start_ForADay_TheTokenIsNeverOnceStale()
    {
        var random = new Random(7);
        await using var worker = new WorkerFixture(lifetime: 900, random: () => random.NextDouble());
        worker.Authentication.Start();
        await worker.QuietAsync(exchanges: 1);
        var end = worker.Clock.GetUtcNow().AddHours(24);

        while (worker.Clock.GetUtcNow() < end)
        {
            worker.Clock.Advance(TimeSpan.FromSeconds(30));
            await Eventually.BecomesAsync(() => worker.Clock.ArmedDelays == 1);

            var before = worker.Provider.Exchanges;
            worker.Authentication.IsTokenValid.ShouldBeTrue();
            await worker.Authentication.GetTokenAsync();
            worker.Provider.Exchanges.ShouldBe(before, "a call found a fresh token at hand");
        }

        worker.Provider.Exchanges.ShouldBeInRange(24 * 3600 / 720, 24 * 3600 / 600);
    }

    [Fact]
    [Scenario("worker-authentication", 17)]
    public async Task Start_RefreshFails_BacksOffExponentiallyAndRecoversByItself()
    {
        await using var worker = new WorkerFixture(lifetime: 900, random: () => 0);
        worker.Authentication.Start();
        await worker.QuietAsync(exchanges: 1);
        worker.Fail();

        await worker.AdvanceAsync(TimeSpan.FromSeconds(720), exchanges: 2);
        foreach (var (wait, exchanges) in new[] { (1, 3), (2, 4), (4, 5), (8, 6), (16, 7), (32, 8), (60, 9) })
        {
            await worker.AdvanceAsync(TimeSpan.FromSeconds(wait) - TimeSpan.FromTicks(1), exchanges - 1);
            await worker.AdvanceAsync(TimeSpan.FromTicks(1), exchanges);
        }

        worker.Authentication.Status.State.ShouldBe(WorkerAuthenticationState.Valid, "the token lives for another while");
        worker.Authentication.Status.LastError.ShouldNotBeNull().IsTransient.ShouldBeTrue();
        worker.Loggers.Lines.Count(l => l.StartsWith("Warning WorkerTokenNotRefreshed", StringComparison.Ordinal)).ShouldBe(8);
        worker.Provider.Issue();
        await worker.AdvanceAsync(TimeSpan.FromSeconds(60), exchanges: 10);
        worker.Authentication.Status.LastError.ShouldBeNull();
        worker.Authentication.TimeUntilExpiry.ShouldBe(TimeSpan.FromHours(1));
        worker.Loggers.Lines.ShouldContain(l => l.StartsWith("Information WorkerTokenRecovered", StringComparison.Ordinal));
    }

    [Fact]
    [Scenario("worker-authentication", 17)]
    public async Task Start_RefreshFails_WaitsAreShortenedByChance()
    {
        await using var worker = new WorkerFixture(random: () => 1);
        worker.Fail();
        worker.Authentication.Start();
        await worker.QuietAsync(exchanges: 1);

        await worker.AdvanceAsync(TimeSpan.FromSeconds(0.75) - TimeSpan.FromTicks(1), exchanges: 1);
        await worker.AdvanceAsync(TimeSpan.FromTicks(1), exchanges: 2);
    }

    [Fact]
    public async Task Calls_WhileTheProviderIsDownFromTheBeginning_DoNotAskItEach()
    {
        await using var worker = new WorkerFixture();
        worker.Fail();
        worker.Authentication.Start();
        await worker.QuietAsync(exchanges: 1);
        var call = worker.Authentication.Stage(_ => throw new InvalidOperationException("a call without a token must not be sent"));

        for (var i = 0; i < 20; i++)
            (await Should.ThrowAsync<Protocol.RpcException>(call(new(new Protocol.Api.WorkflowService.V1.GetSystemInfoRequest())))).Code.ShouldBe(Protocol.RpcStatusCode.Unavailable);

        worker.Provider.Exchanges.ShouldBe(1);
    }

    [Fact]
    [Scenario("worker-authentication", 18)]
    public async Task Start_Twice_RunsOneLoop()
    {
        var chance = 0.0;
        await using var worker = new WorkerFixture(lifetime: 900, random: () => chance += 0.1);

        worker.Authentication.Start();
        worker.Authentication.Start();

        await Eventually.BecomesAsync(() => worker.Provider.Exchanges == 1 && worker.Clock.ArmedDelays >= 1);
        for (var i = 0; i < 20; i++)
        {
            await Task.Yield();
            worker.Clock.ArmedDelays.ShouldBe(1);
        }

        await worker.Authentication.StopAsync().WithinLimit();
        worker.Clock.Advance(TimeSpan.FromHours(1));
        worker.Provider.Exchanges.ShouldBe(1, "a stopped loop refreshes nothing");
    }

    [Fact]
    [Scenario("worker-authentication", 18)]
    public async Task Stop_ProviderHangs_DoesNotWaitForIt()
    {
        await using var worker = new WorkerFixture();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Provider.Answer = async (_, _) =>
        {
            asked.SetResult();
            await new TaskCompletionSource().Task;
            throw new InvalidOperationException("not reached");
        };
        worker.Authentication.Start();
        await asked.Task.WithinLimit();

        // The clock stands still: neither the request's time-out nor the five seconds can end this.
        await worker.Authentication.StopAsync().WithinLimit();
        await worker.Authentication.StopAsync().WithinLimit();
    }

    [Fact]
    public async Task Start_AfterStop_RunsAgain()
    {
        await using var worker = new WorkerFixture(lifetime: 900);
        worker.Authentication.Start();
        await worker.QuietAsync(exchanges: 1);
        await worker.Authentication.StopAsync().WithinLimit();
        worker.Clock.Advance(TimeSpan.FromSeconds(900));

        worker.Authentication.Start();

        await worker.QuietAsync(exchanges: 2);
    }

    private static string Jwt(DateTimeOffset issued, DateTimeOffset expires) =>
        $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"iat":{{issued.ToUnixTimeSeconds()}},"exp":{{expires.ToUnixTimeSeconds()}}}"""))}.c2ln";
}
