using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class ContinuationTests
{
    [Theory]
    [InlineData("root")]
    [InlineData("root/0")]
    [Scenario("stateful-workflow", 11)]
    public async Task ContinueAsNew_AtTheRootOrInTheMiddle_KeepsTokenAddressAndChildren(string continuing)
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { Depth = 2, Fanout = 2, ApiToken = await tree.SetAsync("secret-that-continues-1", "root"), ApiUrl = tree.Api.Address });
        await tree.BecomesAsync("root/0/1", t => t.Epoch == 1);
        await tree.BecomesAsync("root/1/1", t => t.Epoch == 1);
        // Another address than the run was started with, so that it is not taken from the arguments again.
        var url = new Uri(tree.Api.Address, "/v2/").ToString();
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle(continuing).SignalAsync(StatefulNames.ApiUrl, [url]));
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync(continuing)).ApiUrl == url);
        var before = await tree.TreeOfAsync(continuing);
        (before.Token.Epoch, before.Children.Count).ShouldBe((1, 2));

        await ContinueAsync(tree, continuing);
        await ContinueAsync(tree, continuing);

        var after = await tree.TreeOfAsync(continuing);
        after.Token.ShouldBe(before.Token);
        after.ApiUrl.ShouldBe(url);
        after.Children.ShouldBe(before.Children, ignoreOrder: true);
        var report = await tree.RotateAsync("root", await tree.SetAsync("secret-that-continues-2", "root"));
        report.Levels.ShouldBe([new(1, 2, 0, 0, 0), new(2, 4, 0, 0, 0)]);
        await tree.CallAsync("root/0/1");
        await tree.CallAsync(continuing);
        tree.Api.Calls.ShouldBe([("/root/0/1", "secret-that-continues-2"), ($"/v2/{continuing}", "secret-that-continues-2")]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Scenario("stateful-workflow", 11)]
    public async Task ContinueAsNew_ByUserCodeWithItsOwnArguments_KeepsTheTree(bool isInTheMiddle)
    {
        await using var tree = await TreeFixture.StartAsync();
        var root = isInTheMiddle ? "root" : "own";
        if (isInTheMiddle)
        {
            await tree.StartTreeAsync(root, new());
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(root).SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "own", Workflow = nameof(OwnArgumentsWorkflow) })));
            await tree.BecomesAsync("own/child", _ => true);
        }
        else
        {
            await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((OwnArgumentsWorkflow wf) => wf.RunAsync(0), TreeFixture.Start(root)));
        }

        var handle = tree.Client.GetWorkflowHandle<OwnArgumentsWorkflow>("own");
        await tree.RotateAsync(root, await tree.SetAsync("secret-that-stays-beside-1", root));
        await tree.BecomesAsync("own/child", t => t.Epoch == 1);
        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(StatefulNames.ApiUrl, ["https://own.example.com/v1"]));
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("own")).ApiUrl is not null);
        var before = await tree.TreeOfAsync("own");

        for (var round = 1; round <= 2; round++)
        {
            await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(wf => wf.ContinueAsync()));
            await Eventually.BecomesAsync(() => tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<OwnArgumentsWorkflow>("own").QueryAsync(wf => wf.Round)).GetAwaiter().GetResult() == round);
        }

        var after = await tree.TreeOfAsync("own");
        (after.Token, after.ApiUrl, after.Policy).ShouldBe((before.Token, "https://own.example.com/v1", before.Policy));
        after.Token.Epoch.ShouldBe(1);
        after.Children.ShouldBe(before.Children);
        after.Children.Select(c => c.WorkflowId).ShouldBe(["own/child"]);
        var report = await tree.RotateAsync(root, await tree.SetAsync("secret-that-stays-beside-2", root));
        report.Levels.ShouldBe(isInTheMiddle ? [new(1, 1, 0, 0, 0), new(2, 1, 0, 0, 0)] : [new(1, 1, 0, 0, 0)]);
        (await tree.TokenOfAsync("own/child")).Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task ContinueAsNew_OwnState_GoesAlongBehindTheArguments()
    {
        await using var tree = await TreeFixture.StartAsync();
        var handle = await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((CountingWorkflow wf) => wf.RunAsync("counts", 7), TreeFixture.Start("counts")));
        var first = await handle.DescribeAsync();

        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(wf => wf.AddAsync(2)));
        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(wf => wf.ContinueAsync()));
        var next = tree.Client.GetWorkflowHandle<CountingWorkflow>("counts");
        await Eventually.BecomesAsync(() => next.DescribeAsync().GetAwaiter().GetResult().RunId != first.RunId);
        await tree.AsAsync(TreeFixture.Alice, () => next.SignalAsync(wf => wf.AddAsync(3)));

        await Eventually.BecomesAsync(() => tree.AsAsync(TreeFixture.Alice, () => next.QueryAsync(wf => wf.Count)).GetAwaiter().GetResult() == 5);
        (await tree.AsAsync(TreeFixture.Alice, () => next.QueryAsync(wf => wf.Name))).ShouldBe("counts 7");
    }

    internal static async Task ContinueAsync(TreeFixture tree, string id)
    {
        var handle = tree.Client.GetWorkflowHandle<NodeWorkflow>(id);
        var before = (await handle.DescribeAsync()).RunId;
        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(wf => wf.ContinueAsync()));
        await Eventually.BecomesAsync(() => handle.DescribeAsync().GetAwaiter().GetResult().RunId != before);
        await tree.BecomesAsync(id, _ => true);
    }
}
