using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>What only a run before can know is not taken from who starts a workflow: neither from its parent, nor when the server repeats the start.</summary>
public sealed class HandedOnForgeryTests
{
    private static readonly TreeSnapshot Forged = new()
    {
        Ancestors = ["root"],
        IsInTree = true,
        FirstRun = "22222222-2222-4222-8222-222222222222",
        PendingEnd = EndKind.Canceled,
        Children = [new() { Id = "victim", FirstRunId = "11111111-1111-4111-8111-111111111111", CancelWithParent = true }],
    };

    [Fact]
    public async Task Start_OfAChildWithAForgedHeader_EndsNothingAndOwnsNothing()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        tree.Configure = WithForger;
        tree.AddWorker();
        var root = await tree.StartTreeAsync("root", new());

        await tree.AsAsync(TreeFixture.Alice, () => root.SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "forged" })));

        await tree.BecomesAsync("forged", _ => true);
        (await tree.TreeOfAsync("forged")).Children.ShouldBeEmpty();
        (await tree.BareClient.GetWorkflowHandle("forged").DescribeAsync()).Status.ShouldBe(WorkflowExecutionStatus.Running);
    }

    [Fact]
    public async Task Attempt2_OfAChildWithAForgedHeader_EndsNothingAndOwnsNothing()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        tree.Configure = WithForger;
        tree.AddWorker();
        var root = await tree.StartTreeAsync("root", new());
        await tree.AsAsync(TreeFixture.Alice, () => root.SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "forged", Workflow = nameof(RetriedWorkflow), IsRetried = true })));
        var forged = tree.Client.GetWorkflowHandle<RetriedWorkflow>("forged");
        await tree.BecomesAsync("forged", _ => true);

        await tree.AsAsync(TreeFixture.Alice, () => forged.SignalAsync(wf => wf.FailAsync()));

        await Eventually.BecomesAsync(async () => await tree.AsAsync(TreeFixture.Alice, () => forged.QueryAsync(wf => wf.Attempt)) == 2);
        (await tree.TreeOfAsync("forged")).Children.ShouldBeEmpty();
        (await tree.BareClient.GetWorkflowHandle("forged").DescribeAsync()).Status.ShouldBe(WorkflowExecutionStatus.Running);
    }

    private static TemporalWorkerOptions WithForger(TemporalWorkerOptions options)
    {
        // The outermost one is the last that sees what goes out.
        options.Interceptors = [new Forger(), .. options.Interceptors];
        return options;
    }

    private sealed class Forger : IWorkerInterceptor
    {
        public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor);

        private sealed class Inbound(WorkflowInboundInterceptor next) : WorkflowInboundInterceptor(next)
        {
            public override void Init(WorkflowOutboundInterceptor outbound) => base.Init(new Outbound(outbound));
        }

        private sealed class Outbound(WorkflowOutboundInterceptor next) : WorkflowOutboundInterceptor(next)
        {
            public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input) =>
                base.StartChildWorkflowAsync<TWorkflow, TResult>(input with { Headers = new Dictionary<string, Payload>(input.Headers!, StringComparer.Ordinal) { [StatefulNames.TreeHeader] = TreePayload.WriteTree(Forged) } });
        }
    }
}
