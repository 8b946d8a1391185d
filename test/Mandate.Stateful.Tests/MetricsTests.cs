using Mandate.Stateful.Tests.Harness;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

[Collection(nameof(RunsAlone))]
public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_OfARotationACallAndARevocation_CountEachOnce()
    {
        using var measured = new Measurements();
        await using (var tree = await TreeFixture.StartAsync())
        {
            await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 2, ApiToken = await tree.SetAsync("secret-of-the-metrics-1", "root"), ApiUrl = tree.Api.Address });
            await tree.BecomesAsync("root/1", t => t.Epoch == 1);
            measured.Counts("mandate.api_token.rotations").ShouldBeEmpty("nothing was rotated yet");

            await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-metrics-2", "root"));
            measured.Counts("mandate.api_token.rotations").ShouldBe(new Dictionary<string, double> { ["source=update"] = 1, ["source=parent"] = 2 }, ignoreOrder: true);
            measured.Counts("mandate.api_token.deliveries").ShouldBe(new Dictionary<string, double> { ["outcome=delivered"] = 2 });
            measured.Of("mandate.api_token.acknowledged").ShouldHaveSingleItem().ShouldBeInRange(0, 60);

            await tree.CallAsync("root/0");
            measured.Counts("mandate.api_token.redemptions").ShouldBe(new Dictionary<string, double> { ["outcome=success"] = 1 });
            measured.Of("mandate.api_token.age").ShouldHaveSingleItem().ShouldBeInRange(0, 60);
            measured.Of("mandate.api_token.stale").ShouldBeEmpty();

            // In the vault, and told to nobody: who calls has an older epoch in its hands.
            await tree.SetAsync("secret-of-the-metrics-3", "root");
            await tree.CallAsync("root/0");
            measured.Of("mandate.api_token.stale").ShouldBe([1.0]);

            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("root").ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RevokeApiToken, [])).WithinLimit();
            await RotationTests.FailureOfAsync(() => tree.CallAsync("root/0"));
            measured.Counts("mandate.api_token.redemptions")["outcome=revoked"].ShouldBeGreaterThan(0);
        }

        // The replays with which a fixture ends happened long ago: they count nothing.
        measured.Counts("mandate.api_token.rotations").Values.Sum().ShouldBe(6);
        measured.Counts("mandate.api_token.deliveries").Values.Sum().ShouldBe(4);
        measured.Of("mandate.api_token.acknowledged").Count.ShouldBe(2);
    }
}
