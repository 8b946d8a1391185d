using Mandate.Protocol.Api.Enums.V1;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class StartingChildTests
{
    [Fact]
    public async Task Tree_WhileAChildIsStarted_ShowsItAsStarting()
    {
        await using var tree = await TreeFixture.StartAsync();
        var handle = await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((WatchfulWorkflow wf) => wf.RunAsync(), TreeFixture.Start("root")));
        await Eventually.BecomesAsync(async () => (await tree.AsAsync(TreeFixture.Alice, () => handle.QueryAsync(wf => wf.After))).Count > 0);

        (await tree.AsAsync(TreeFixture.Alice, () => handle.QueryAsync(wf => wf.Before))).ShouldBe([new ApiTokenChild("watched", ApiTokenPolicy.Exclude, ChildState.Starting, false)]);
        (await tree.AsAsync(TreeFixture.Alice, () => handle.QueryAsync(wf => wf.After))).ShouldBe([new ApiTokenChild("watched", ApiTokenPolicy.Exclude, ChildState.Running, false)]);
    }

    [Fact]
    public async Task Report_OfARotationWhileChildrenAreStarted_WaitsForThem()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        // Both are there when the first task begins: the children's starts are not on their way yet when the token is rotated.
        var rotation = await StartRotatingAsync(tree, new() { Depth = 2, Fanout = 2 });

        tree.AddWorker();

        (await rotation.WithinLimit()).Levels[0].ShouldBe(new(1, 2, 0, 0, 0));
        foreach (var id in (string[])["root/0", "root/1"])
            (await tree.TokenOfAsync(id)).Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task Report_OfARotationWhileAChildCannotBeStarted_DoesNotWaitForIt()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        await tree.StartTreeAsync("taken", new());
        var rotation = await StartRotatingAsync(tree, new());
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "taken" })));

        tree.AddWorker();

        (await rotation.WithinLimit()).Levels.ShouldBeEmpty();
        (await tree.TreeOfAsync("root")).Children.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_WithAnInterceptorThatWaits_KeepsThePolicy()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        tree.Configure = options =>
        {
            options.Interceptors = [.. options.Interceptors, new HesitantInterceptor()];
            return options;
        };
        tree.AddWorker();
        await tree.StartTreeAsync("root", new()
        {
            Depth = 1,
            Fanout = 3,
            ApiToken = await tree.SetAsync("secret-not-for-the-excluded", "root"),
            Policies = new Dictionary<int, ApiTokenPolicy> { [1] = ApiTokenPolicy.Exclude },
        });
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("root")).Children.Count(c => c.State == ChildState.Running) == 3);

        (await tree.TreeOfAsync("root")).Children.Single(c => c.WorkflowId == "root/1").Policy.ShouldBe(ApiTokenPolicy.Exclude);
        (await tree.BecomesAsync("root/1", _ => true)).ShouldBe(new ApiTokenInfo());
        (await tree.BecomesAsync("root/2", t => t.Epoch == 1)).Name.ShouldBe("root");
    }

    [Fact]
    public async Task Update_WhenTheRunMethodReturnsMeanwhile_IsAnswered()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var rotation = await StartRotatingAsync(tree, new());
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.FinishAsync()));

        tree.AddWorker();

        (await rotation.WithinLimit()).Token.Epoch.ShouldBe(2);
        await tree.Client.GetWorkflowHandle("root").GetResultAsync().WithinLimit();
    }

    [Fact]
    public async Task Start_BySignalInTheFirstTask_GivesTheChildWhatTheParentWasStartedWith()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var token = await tree.SetAsync("secret-of-the-first-task", "root");
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync(
            (NodeWorkflow wf) => wf.RunAsync(new NodePlan { ApiToken = token, ApiUrl = tree.Api.Address }),
            TreeFixture.Start("root") with { StartSignal = nameof(NodeWorkflow.AddChildAsync)[..^5], StartSignalArgs = [new ChildRequest { Id = "early" }] }));

        tree.AddWorker();

        (await tree.BecomesAsync("early", t => t.Epoch == 1)).Reference().ShouldBe(token);
        (await tree.TreeOfAsync("early")).ApiUrl.ShouldBe(tree.Api.Address.ToString());
        await tree.CallAsync("early");
        tree.Api.Calls.ShouldBe([("/early", "secret-of-the-first-task")]);
        (await tree.BareClient.GetWorkflowHandle("early").FetchHistoryAsync()).Events.ShouldNotContain(e => e.WorkflowExecutionSignaledEventAttributes != null, "it was told later what it should have begun with");
    }

    /// <summary>Starts a root together with a rotation, which its first task brings.</summary>
    private static async Task<Task<ApiTokenReport>> StartRotatingAsync(TreeFixture tree, NodePlan plan)
    {
        plan = plan with { ApiToken = await tree.SetAsync("secret-of-the-start-1", "root") };
        var second = await tree.SetAsync("secret-of-the-start-2", "root");
        var rotation = tree.AsAsync(TreeFixture.Alice, async () =>
        {
            var handle = await tree.Client.StartUpdateWithStartWorkflowAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.To(second)], new()
            {
                Workflow = nameof(NodeWorkflow),
                Args = [plan],
                Start = TreeFixture.Start("root") with { IdConflictPolicy = WorkflowIdConflictPolicy.Fail },
            });
            return await handle.GetResultAsync();
        });
        await Eventually.BecomesAsync(async () => await tree.BareClient.CountWorkflowsAsync("WorkflowId = 'root'") is { Count: 1 });
        return rotation;
    }

    private sealed class HesitantInterceptor : IWorkerInterceptor
    {
        public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor);

        private sealed class Inbound(WorkflowInboundInterceptor next) : WorkflowInboundInterceptor(next)
        {
            public override void Init(WorkflowOutboundInterceptor outbound) => base.Init(new Outbound(outbound));
        }

        private sealed class Outbound(WorkflowOutboundInterceptor next) : WorkflowOutboundInterceptor(next)
        {
            public override async Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input)
            {
                await Workflow.DelayAsync(1);
                return await base.StartChildWorkflowAsync<TWorkflow, TResult>(input);
            }
        }
    }
}
