using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful.Tests.Harness;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class EndedTreesTests
{
    [Fact]
    public async Task Remove_RootGoneAndNobodyRunning_ErasesTheTokensAndNotBefore()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("it's ended", new() { Depth = 1, Fanout = 1, ApiToken = await tree.SetAsync("secret-of-the-ended", "it's ended") });
        await tree.StartTreeAsync("running", new() { ApiToken = await tree.SetAsync("secret-of-the-running", "running") });
        await tree.BecomesAsync("it's ended/0", t => t.Epoch == 1);
        var ended = new EndedTrees(tree.Vault, tree.Engine, tree.Loggers, new ManualTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(2)));

        (await ended.RemoveAsync()).ShouldBe(0, "it runs");
        await tree.BareClient.GetWorkflowHandle("it's ended").TerminateAsync();
        (await ended.RemoveAsync()).ShouldBe(0, "retention keeps its root");
        await tree.Engine(new RpcCall(new DeleteWorkflowExecutionRequest { Namespace = "default", WorkflowExecution = new() { WorkflowId = "it's ended" } }));
        await Patience.BecomesAsync(async () => (await tree.BareClient.CountWorkflowsAsync("")).Count == 2);
        (await ended.RemoveAsync()).ShouldBe(0, "a child runs on");
        await tree.BareClient.GetWorkflowHandle("it's ended/0").TerminateAsync();
        await Patience.BecomesAsync(async () => (await tree.BareClient.CountWorkflowsAsync("ExecutionStatus = 'Running'")).Count == 1);
        (await new EndedTrees(tree.Vault, tree.Engine, tree.Loggers).RemoveAsync()).ShouldBe(0, "it was set just now");
        (await ended.RemoveAsync()).ShouldBe(1);

        (await tree.Vault.FindAsync(TreeFixture.OwnerOf("it's ended"), "it's ended")).ShouldBeNull();
        (await tree.Vault.FindAsync(TreeFixture.OwnerOf("running"), "running")).ShouldNotBeNull();
    }
}
