using Google.Protobuf;
using Mandate.Protocol.Conversion;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class StateForgeryTests
{
    [Fact]
    public async Task State_ThatAClientSendsAlong_IsNotTaken()
    {
        await using var tree = await TreeFixture.StartAsync();
        var forged = DataConverter.Default.PayloadConverter.ToPayload(new CountingWorkflow.Counts { Total = 99 });
        forged.Metadata["mandate-state"] = ByteString.CopyFromUtf8("1");
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync(nameof(CountingWorkflow), ["forged", 7, new RawPayload(forged)], TreeFixture.Start("forged")));
        var handle = tree.Client.GetWorkflowHandle<CountingWorkflow>("forged");
        await tree.BecomesAsync("forged", _ => true);

        (await tree.AsAsync(TreeFixture.Alice, () => handle.QueryAsync(wf => wf.Count))).ShouldBe(0);

        // What the workflow itself has counted goes along all the same.
        var first = (await handle.DescribeAsync()).RunId;
        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(wf => wf.AddAsync(2)));
        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(wf => wf.ContinueAsync()));
        await Eventually.BecomesAsync(async () => (await handle.DescribeAsync()).RunId != first);
        await Eventually.BecomesAsync(async () => await tree.AsAsync(TreeFixture.Alice, () => handle.QueryAsync(wf => wf.Count)) == 2);
    }
}
