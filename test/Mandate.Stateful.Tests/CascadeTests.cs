using Mandate.Stateful.Tests.Harness;

namespace Mandate.Stateful.Tests;

/// <summary>What a rotation costs: each workflow hears of it once.</summary>
public sealed class CascadeTests
{
    [Theory]
    [InlineData("update")]
    [InlineData("signal")]
    public async Task Rotation_ThreeLevels_SignalsEachWorkflowOnce(string by)
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { Depth = 2, Fanout = 2, ApiToken = await tree.SetAsync("secret-heard-once-1", "root") });
        string[] below = ["root/0", "root/1", "root/0/0", "root/0/1", "root/1/0", "root/1/1"];
        foreach (var id in below)
            await tree.BecomesAsync(id, t => t.Epoch == 1);
        var second = await tree.SetAsync("secret-heard-once-2", "root");

        if (by == "update")
            await tree.RotateAsync("root", second);
        else
            await tree.SignalAsync("root", second);

        foreach (var id in below)
            await tree.BecomesAsync(id, t => t.Epoch == 2);
        foreach (var history in (await tree.HistoriesAsync()).Where(h => below.Contains(h.Id)))
            history.Events.Count(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == StatefulNames.ApiToken).ShouldBe(1, history.Id);
    }
}
