using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Worker;

namespace Mandate.Stateful.Tests;

/// <summary>Rules for who may send what are enforced by an interceptor: without it they would be words.</summary>
public sealed class WorkerSetupTests
{
    [Theory]
    [InlineData(typeof(GuardedWorkflow), nameof(GuardedWorkflow.ApproveAsync))]
    [InlineData(typeof(NodeWorkflow), nameof(StatefulWorkflow.ReceiveApiTokenAsync))]
    public async Task Worker_WithRulesThatNothingEnforces_IsNotMade(Type workflow, string handler)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);

        var refused = Should.Throw<ArgumentException>(() => new TemporalWorker(tree.BareClient, new TemporalWorkerOptions("rules").AddWorkflow(workflow)));

        refused.Message.ShouldContain(workflow.Name);
        refused.Message.ShouldContain(handler);
        refused.Message.ShouldContain("AddStatefulWorkflows");
    }

    [Fact]
    public async Task Worker_WithoutRules_NeedsNothing()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);

        new TemporalWorker(tree.BareClient, new TemporalWorkerOptions("rules").AddWorkflow<StrangerWorkflow>()).Dispose();
    }
}
