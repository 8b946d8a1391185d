using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>Workflows that are not stateful stand between those that are.</summary>
public sealed class PlainMiddleTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Scenario("stateful-workflow", 18)]
    public async Task Start_OfAnAncestorBelowAPlainWorkflow_IsNotDone(bool continues)
    {
        await using var tree = await StartAsync(continues);

        // From below the plain ones: the root, which the server knows of; one between; the plain ones; and from the plain one itself.
        foreach (var ancestor in (string[])["a", "b", "plain", "plainer"])
        {
            await AddNodeAsync(tree, "c", new() { Id = ancestor });
            await Eventually.BecomesAsync(async () => (await RefusalAsync(tree, "c"))?.Contains($"'{ancestor}'", StringComparison.Ordinal) == true);
            (await RefusalAsync(tree, "c"))!.ShouldStartWith(ApiTokenFailureTypes.CircularTree);
        }

        await AskAsync(tree, "plainer", new(nameof(NodeWorkflow), "b"));
        await Eventually.BecomesAsync(async () => await RefusalAsync(tree, "plainer") is not null);
        (await RefusalAsync(tree, "plainer"))!.ShouldStartWith(ApiTokenFailureTypes.CircularTree);

        (await tree.HistoriesAsync()).Select(h => h.Id).Distinct().Order(StringComparer.Ordinal).ShouldBe(["a", "b", "c", "plain", "plainer"]);
        (await tree.HistoriesAsync()).SelectMany(h => h.Events).Count(e => e.StartChildWorkflowExecutionInitiatedEventAttributes is not null).ShouldBe(4, "a, b, plain and plainer started one each");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signal_FromAnAncestorAboveAPlainWorkflow_IsTaken(bool continues)
    {
        await using var tree = await StartAsync(continues);
        var token = await tree.SetAsync("secret-from-above-the-plain", "a");

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("b").SignalAsync(wf => wf.TellAsync("c", ApiTokenMessage.Of(token))));

        (await tree.BecomesAsync("c", t => t.Epoch > 0)).Reference().ShouldBe(token);
    }

    [Fact]
    public async Task Signal_FromAPlainWorkflowAboveTheTree_IsTakenWhereItIsAnAncestor()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((PlainWorkflow wf) => wf.RunAsync(), TreeFixture.Start("top")));
        await AddPlainAsync(tree, "top", new(nameof(PlainWorkflow), "middle"));
        await AddPlainAsync(tree, "middle", new(nameof(PlainWorkflow), "low"));
        await AddPlainAsync(tree, "low", new(nameof(NodeWorkflow), "node"));
        await tree.BecomesAsync("node", _ => true);
        var token = await tree.SetAsync("secret-from-a-plain-one", "top");

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<PlainWorkflow>("middle").SignalAsync(wf => wf.TellAsync("node", ApiTokenMessage.Of(token))));

        (await tree.BecomesAsync("node", t => t.Epoch > 0)).Reference().ShouldBe(token);
    }

    [Fact]
    public async Task Start_OfAnAncestorWhereNothingIsStateful_IsLeftToTheServer()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((PlainWorkflow wf) => wf.RunAsync(), TreeFixture.Start("ping")));
        await AddPlainAsync(tree, "ping", new(nameof(PlainWorkflow), "pong"));
        await tree.BareClient.GetWorkflowHandle("ping").TerminateAsync();

        await AskAsync(tree, "pong", new(nameof(PlainWorkflow), "ping"));

        await Eventually.BecomesAsync(async () => await tree.BareClient.CountWorkflowsAsync("WorkflowId = 'ping' AND ExecutionStatus = 'Running'") is { Count: 1 });
    }

    /// <summary>a &gt; b &gt; plain &gt; plainer &gt; c.</summary>
    /// <param name="continues">Whether the plain one in the middle has continued as new before it starts its child.</param>
    private static async Task<TreeFixture> StartAsync(bool continues)
    {
        var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("a", new());
        await AddNodeAsync(tree, "a", new() { Id = "b" });
        await tree.BecomesAsync("b", _ => true);
        await AddNodeAsync(tree, "b", new() { Id = "plain", Workflow = nameof(PlainWorkflow) });
        await Eventually.BecomesAsync(async () => await tree.BareClient.CountWorkflowsAsync("WorkflowId = 'plain'") is { Count: 1 });
        if (continues)
        {
            var before = (await tree.BareClient.GetWorkflowHandle("plain").DescribeAsync()).RunId;
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<PlainWorkflow>("plain").SignalAsync(wf => wf.ContinueAsync()));
            await Eventually.BecomesAsync(async () => (await tree.BareClient.GetWorkflowHandle("plain").DescribeAsync()).RunId != before);
        }

        await AddPlainAsync(tree, "plain", new(nameof(PlainWorkflow), "plainer"));
        await AddPlainAsync(tree, "plainer", new(nameof(NodeWorkflow), "c"));
        await tree.BecomesAsync("c", _ => true);
        return tree;
    }

    private static Task AddNodeAsync(TreeFixture tree, string parent, ChildRequest child) =>
        tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(parent).SignalAsync(wf => wf.AddChildAsync(child)));

    private static async Task AddPlainAsync(TreeFixture tree, string parent, PlainRequest child)
    {
        await AskAsync(tree, parent, child);
        await Eventually.BecomesAsync(async () => await tree.BareClient.CountWorkflowsAsync($"WorkflowId = '{child.Id}'") is { Count: 1 });
    }

    /// <summary>Asks a plain workflow to start a child.</summary>
    private static Task AskAsync(TreeFixture tree, string parent, PlainRequest child) =>
        tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<PlainWorkflow>(parent).SignalAsync(wf => wf.AddChildAsync(child)));

    private static Task<string?> RefusalAsync(TreeFixture tree, string id) =>
        tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle(id).QueryAsync<string?>("Refusal", []));
}
