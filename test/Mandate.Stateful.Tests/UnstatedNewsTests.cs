using Mandate.Audit;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Stateful.Tests.Harness;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>Whoever could read a tree's signed principal can sign as a workflow of it that is not stated.</summary>
public sealed class UnstatedNewsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChildNews_FromAWorkflowThatIsNotStated_CountWhereThatIsAllowedOnly(bool isAllowed)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        tree.AddWorker(allowUnstated: isAllowed);
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 1 });
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("root")).Children.Any(c => c.State == ChildState.Running));
        var run = (await tree.BareClient.GetWorkflowHandle("root/0").DescribeAsync()).RunId;

        await tree.Engine(new RpcCall(new SignalWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowExecution = new() { WorkflowId = "root" },
            SignalName = StatefulNames.Child,
            Input = new() { Payloads_ = { DataConverter.Default.PayloadConverter.ToPayload(new { child = "root/0", firstRun = run, run, ended = true }) } },
            Header = new() { Fields = { [IdentityHeaders.Principal] = DataConverter.Default.PayloadConverter.ToPayload(tree.Signer.SignPrincipal(TreeFixture.Alice, "default", "root")) } },
        }));
        await RotationTests.HandledAsync(tree, "root");

        (await tree.TreeOfAsync("root")).Children.Count.ShouldBe(isAllowed ? 0 : 1);
        if (!isAllowed)
            await Eventually.BecomesAsync(async () => (await tree.Ledger.QueryAsync("acme", new() { Limit = 10 })).Events.Any(e => e.Entry is { Result: AuditResult.Denied, Type: "execution.signal" }));
    }
}
