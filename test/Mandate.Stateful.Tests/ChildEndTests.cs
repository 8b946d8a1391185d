using Mandate.Protocol.Api.Enums.V1;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>A run that continues another is not told by the server when a child of the run before ends. It knows all the same, and takes nobody else for it.</summary>
public sealed class ChildEndTests
{
    [Fact]
    public async Task End_OfChildrenOfTheRunBefore_IsHeardOfWithoutARotation()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartAsync(tree, ApiTokenPolicy.Inherit, ApiTokenPolicy.Exclude, ApiTokenPolicy.Override);
        await ContinuationTests.ContinueAsync(tree, "root");

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root/0").SignalAsync(wf => wf.FinishAsync()));
        await tree.Client.GetWorkflowHandle("root/1").CancelAsync();
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("root")).Children.Count == 1);
        await ContinuationTests.ContinueAsync(tree, "root");
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root/2").SignalAsync(wf => wf.FinishAsync()));
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("root")).Children.Count == 0);

        (await tree.RotateAsync("root", await tree.SetAsync("secret-after-all-have-ended", "root"))).Levels.ShouldBe([new(1, 0, 0, 3, 0)]);
    }

    [Theory]
    [InlineData(ApiTokenPolicy.Inherit)]
    [InlineData(ApiTokenPolicy.Exclude)]
    public async Task End_OfTheParent_DoesNotCancelAWorkflowThatHasTakenAChildsId(ApiTokenPolicy policy)
    {
        await using var tree = await TreeFixture.StartAsync();
        var root = await StartAsync(tree, policy);
        await ContinuationTests.ContinueAsync(tree, "root");
        // Terminated, it cannot say that it ends.
        await tree.Client.GetWorkflowHandle("root/0").TerminateAsync();
        await tree.StartTreeAsync("root/0", new());
        await tree.BecomesAsync("root/0", _ => true);

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.FinishAsync()));
        await tree.Client.GetWorkflowHandle("root").GetResultAsync().WithinLimit();

        (await tree.BareClient.GetWorkflowHandle("root/0").FetchHistoryAsync()).Events.ShouldNotContain(e => e.EventType == EventType.WorkflowExecutionCancelRequested);
    }

    [Fact]
    public async Task Rotation_WorkflowThatHasTakenAChildsId_GetsNothingAndIsNotCounted()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartAsync(tree, ApiTokenPolicy.Inherit, ApiTokenPolicy.Inherit);
        await ContinuationTests.ContinueAsync(tree, "root");
        await tree.Client.GetWorkflowHandle("root/0").TerminateAsync();
        await tree.StartTreeAsync("root/0", new());
        await tree.BecomesAsync("root/0", _ => true);

        var report = await tree.RotateAsync("root", await tree.SetAsync("secret-not-for-the-namesake", "root"));

        report.Levels.ShouldBe([new(1, 1, 0, 1, 0)]);
        (await tree.BareClient.GetWorkflowHandle("root/0").FetchHistoryAsync()).Events.ShouldNotContain(e => e.EventType == EventType.WorkflowExecutionSignaled);
        (await tree.TreeOfAsync("root")).Children.Select(c => c.WorkflowId).ShouldBe(["root/1"]);
    }

    [Theory]
    [InlineData(ApiTokenPolicy.Exclude)]
    [InlineData(ApiTokenPolicy.Override)]
    [Scenario("stateful-workflow", 12)]
    public async Task Rotation_ChildThatDoesNotFollowAndWasTerminated_IsReportedAsGoneAndForgotten(ApiTokenPolicy policy)
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartAsync(tree, policy, policy, ApiTokenPolicy.Inherit);
        await ContinuationTests.ContinueAsync(tree, "root");
        await tree.Client.GetWorkflowHandle("root/0").TerminateAsync();

        var second = await tree.SetAsync("secret-past-those-that-do-not-follow", "root");
        (await tree.RotateAsync("root", second)).Levels.ShouldBe([new(1, 1, 1, 1, 0)]);

        (await tree.TreeOfAsync("root")).Children.Select(c => c.WorkflowId).ShouldBe(["root/1", "root/2"], ignoreOrder: true);
        (await tree.RotateAsync("root", await tree.SetAsync("secret-past-those-that-do-not-follow-2", "root"))).Levels.ShouldBe([new(1, 1, 1, 0, 0)]);
        var history = await tree.BareClient.GetWorkflowHandle("root/1").FetchHistoryAsync();
        history.Events.Where(e => e.WorkflowExecutionSignaledEventAttributes is not null).ShouldAllBe(e => e.WorkflowExecutionSignaledEventAttributes.SignalName == StatefulNames.Parent && e.WorkflowExecutionSignaledEventAttributes.Input == null);
        new Scanning.ValuePattern("fingerprint", second.Fingerprint).IsIn(System.Text.Encoding.UTF8.GetBytes(history.ToJson())).ShouldBeFalse();
        (await tree.TokenOfAsync("root/1")).ShouldBe(new ApiTokenInfo());
    }

    [Theory]
    [InlineData(ApiTokenPolicy.Exclude)]
    [InlineData(ApiTokenPolicy.Override)]
    public async Task ContinueAsNew_AfterARotation_IsNotTakenForOneByThoseThatDoNotFollow(ApiTokenPolicy policy)
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartAsync(tree, policy);
        (await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-run-that-started-it", "root"))).Levels.ShouldBe([new(1, 0, 1, 0, 0)]);
        await ContinuationTests.ContinueAsync(tree, "root");
        await ContinuationTests.ContinueAsync(tree, "root");

        (await tree.RotateAsync("root", await tree.SetAsync("secret-of-a-later-run", "root"))).Levels.ShouldBe([new(1, 0, 1, 0, 0)]);

        (await tree.BareClient.GetWorkflowHandle("root/0").FetchHistoryAsync()).Events.Count(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == StatefulNames.Parent).ShouldBe(1, "one rotation came after the parent had continued as new");
    }

    [Fact]
    public async Task ContinueAsNew_OfAChildAfterItsParents_IsStillTheParentsChild()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartAsync(tree, ApiTokenPolicy.Inherit, ApiTokenPolicy.Exclude);
        await ContinuationTests.ContinueAsync(tree, "root");
        foreach (var id in (string[])["root/0", "root/1"])
        {
            await ContinuationTests.ContinueAsync(tree, id);
            await ContinuationTests.ContinueAsync(tree, id);
        }

        (await tree.RotateAsync("root", await tree.SetAsync("secret-for-the-continued-child", "root"))).Levels.ShouldBe([new(1, 1, 1, 0, 0)]);
        (await tree.TokenOfAsync("root/0")).Epoch.ShouldBe(2);

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.FinishAsync()));
        foreach (var id in (string[])["root/0", "root/1"])
            (await Should.ThrowAsync<WorkflowFailedException>(() => tree.Client.GetWorkflowHandle(id).GetResultAsync()).WithinLimit()).InnerException.ShouldBeOfType<Protocol.Failures.CanceledFailureException>();
    }

    [Fact]
    public async Task End_OfTheParent_WhileAChildIsBetweenTwoRunsForLong_CancelsItAsSoonAsItRuns()
    {
        await using var tree = await TreeFixture.StartAsync();
        var root = await tree.StartTreeAsync("root", new());
        await tree.AsAsync(TreeFixture.Alice, () => root.SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "moving", Workflow = nameof(MovingWorkflow) })));
        await tree.BecomesAsync("moving", _ => true);
        await ContinuationTests.ContinueAsync(tree, "root");
        var first = (await tree.BareClient.GetWorkflowHandle("moving").DescribeAsync()).RunId;
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<MovingWorkflow>("moving").SignalAsync(wf => wf.MoveAsync()));
        await Eventually.BecomesAsync(async () => (await tree.BareClient.GetWorkflowHandle("moving").DescribeAsync()).RunId != first);

        // No worker looks after the child's new run, so nobody hears of it.
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.FinishAsync()));
        await tree.Client.GetWorkflowHandle("root").GetResultAsync().WithinLimit();
        (await tree.BareClient.GetWorkflowHandle("moving").DescribeAsync()).Status.ShouldBe(WorkflowExecutionStatus.Running);

        tree.AddWorker(taskQueue: MovingWorkflow.NextTaskQueue);

        (await Should.ThrowAsync<WorkflowFailedException>(() => tree.Client.GetWorkflowHandle("moving").GetResultAsync()).WithinLimit()).InnerException.ShouldBeOfType<Protocol.Failures.CanceledFailureException>();
    }

    [Fact]
    public async Task Rotation_FromARunThatContinuesToAChildOfTheSameMoment_IsNotLost()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartAsync(tree, ApiTokenPolicy.Inherit);
        await ContinuationTests.ContinueAsync(tree, "root");

        // Each time the parent sends, the child may have gone on in a new run that the parent has not heard of yet.
        for (var epoch = 2; epoch <= 12; epoch++)
        {
            var token = await tree.SetAsync($"secret-on-the-way-{epoch}", "root");
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root/0").SignalAsync(wf => wf.ContinueAsync()));
            await tree.SignalAsync("root", token);
            await tree.BecomesAsync("root/0", t => t.Epoch == token.Epoch);
        }

        (await tree.TreeOfAsync("root")).Children.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Report_OfAChildThatContinuesAtThatMoment_CountsItAsDelivered()
    {
        await using var tree = await TreeFixture.StartAsync();
        await StartAsync(tree, ApiTokenPolicy.Inherit);
        await ContinuationTests.ContinueAsync(tree, "root");

        for (var epoch = 2; epoch <= 16; epoch++)
        {
            var token = await tree.SetAsync($"secret-of-the-report-{epoch}", "root");
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root/0").SignalAsync(wf => wf.ContinueAsync()));
            (await tree.RotateAsync("root", token)).Levels.ShouldBe([new(1, 1, 0, 0, 0)], $"epoch {epoch}");
        }
    }

    private static async Task<WorkflowHandle<NodeWorkflow>> StartAsync(TreeFixture tree, params ApiTokenPolicy[] policies)
    {
        var root = await tree.StartTreeAsync("root", new()
        {
            Depth = 1,
            Fanout = policies.Length,
            ApiToken = await tree.SetAsync("secret-of-the-first-run", "root"),
            Policies = policies.Select((p, i) => (p, i)).ToDictionary(p => p.i, p => p.p),
        });
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("root")).Children.Count(c => c.State == ChildState.Running) == policies.Length);
        for (var i = 0; i < policies.Length; i++)
            await tree.BecomesAsync($"root/{i}", _ => true);
        return root;
    }
}
