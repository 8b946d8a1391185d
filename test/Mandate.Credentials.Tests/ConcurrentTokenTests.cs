using Mandate.Testing;

namespace Mandate.Credentials.Tests;

/// <summary>Many who want a token of one source at the same time.</summary>
public sealed class ConcurrentTokenTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Scenario("worker-authentication", 11)]
    public async Task GetToken_50ConcurrentCallers_MakeOneExchange(bool forced)
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source();
        if (forced)
            await source.GetTokenAsync();
        var before = provider.Exchanges;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var issue = provider.Answer;
        provider.Answer = async (request, cancellation) =>
        {
            await release.Task;
            return await issue(request, cancellation);
        };

        var callers = Enumerable.Range(0, 50).Select(_ => source.GetTokenAsync(forced).AsTask()).ToList();
        release.SetResult();
        var tokens = await Task.WhenAll(callers);

        tokens.Distinct().Count().ShouldBe(1);
        (provider.Exchanges - before).ShouldBe(1);
    }

    [Fact]
    public async Task GetToken_OneCallerGivesUp_OthersStillGetTheToken()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var issue = provider.Answer;
        provider.Answer = async (request, cancellation) =>
        {
            await release.Task;
            return await issue(request, cancellation);
        };
        using var impatient = new CancellationTokenSource();
        var first = source.GetTokenAsync(cancellation: impatient.Token).AsTask();
        var second = source.GetTokenAsync().AsTask();

        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        release.SetResult();

        (await second).Value.Reveal().ShouldBe("token-1");
        provider.Exchanges.ShouldBe(1);
    }

    [Fact]
    [Scenario("worker-authentication", 11)]
    public async Task Replace_AnotherHasReplacedTheTokenMeanwhile_MakesNoExchange()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source();
        var worn = await source.GetTokenAsync();

        var first = await source.ReplaceAsync(worn, CancellationToken.None);
        var second = await source.ReplaceAsync(worn, CancellationToken.None);

        first.Value.Reveal().ShouldBe("token-2");
        second.ShouldBe(first);
        provider.Exchanges.ShouldBe(2);
    }

    [Fact]
    public async Task Replace_TheReplacementHasExpired_GetsANewOne()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source();
        var worn = await source.GetTokenAsync();
        await source.ReplaceAsync(worn, CancellationToken.None);
        provider.Clock.Advance(TimeSpan.FromHours(2));

        (await source.ReplaceAsync(worn, CancellationToken.None)).Value.Reveal().ShouldBe("token-3");
    }
}
