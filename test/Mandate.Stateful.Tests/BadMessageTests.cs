using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;

namespace Mandate.Stateful.Tests;

/// <summary>A message that is none must not block a workflow: its task would fail for ever.</summary>
public sealed class BadMessageTests
{
    [Fact]
    public async Task Signal_WithoutAReference_ChangesNothingAndTheNextIsTaken()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync("secret-before-the-bad-one", "root") });
        var shown = await tree.BecomesAsync("root", t => t.Epoch == 1);

        foreach (var arguments in (object?[][])[[], [null], [new { }], [new { name = (string?)null, epoch = 5, fingerprint = (string?)null }]])
        {
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("root").SignalAsync(StatefulNames.ApiToken, arguments));
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("root").SignalAsync(StatefulNames.ApiUrl, arguments));
        }

        await RotationTests.HandledAsync(tree, "root");
        (await tree.TokenOfAsync("root")).ShouldBe(shown);
        await tree.SignalAsync("root", await tree.SetAsync("secret-after-the-bad-one", "root"));
        await tree.BecomesAsync("root", t => t.Epoch == 2);
    }

    [Fact]
    public async Task Acknowledgement_WithCountsThatAreNone_IsNotCounted()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync("uncounted-value-9913-1", "root") });
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.AddChildAsync(new ChildRequest { Id = "careless", Workflow = nameof(CarelessWorkflow) })));
        await Testing.Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("root")).Children.Any(c => c.State == ChildState.Running));

        var report = await tree.RotateAsync("root", await tree.SetAsync("uncounted-value-9913-2", "root"));

        report.Levels.ShouldBe([new(1, 1, 0, 0, 0)]);
    }
}
