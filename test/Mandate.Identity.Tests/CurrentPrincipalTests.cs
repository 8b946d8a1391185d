using Mandate.Testing;

namespace Mandate.Identity.Tests;

public sealed class CurrentPrincipalTests
{
    [Fact]
    [Scenario("identity", 14)]
    public void Current_OutsideOfEverything_IsAClearError()
    {
        var error = Should.Throw<InvalidOperationException>(() => Principal.Current);

        error.Message.ShouldContain("AddIdentityPropagation");
        error.Message.ShouldContain("Principal.Use");
        Principal.TryGetCurrent(out _).ShouldBeFalse();
    }

    [Fact]
    [Scenario("identity", 14)]
    public async Task Use_InATest_SetsItForWhatIsCalledMeanwhile()
    {
        using (Principal.Use(EnvelopeFixture.Alice))
        {
            await Task.Yield();
            Principal.Current.ShouldBe(EnvelopeFixture.Alice);
            Principal.CurrentActor.ShouldBe(EnvelopeFixture.Alice);
            (await Task.Run(() => Principal.Current)).ShouldBe(EnvelopeFixture.Alice);
            using (Principal.Use(EnvelopeFixture.Bob))
                Principal.Current.ShouldBe(EnvelopeFixture.Bob);
            Principal.Current.ShouldBe(EnvelopeFixture.Alice);
        }

        Principal.TryGetCurrent(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Use_TwoFlowsAtOnce_DoNotSeeEachOther()
    {
        async Task<Principal> RunAsync(Principal principal)
        {
            using (Principal.Use(principal))
            {
                await Task.Yield();
                return Principal.Current;
            }
        }

        var seen = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => RunAsync(new($"user-{i}", "acme"))));

        seen.Select(p => p.UserId).ShouldBe(Enumerable.Range(0, 100).Select(i => $"user-{i}"));
    }
}
