using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>Floods of signals, signal-with-start, memo.</summary>
public abstract class MessageTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    [Fact]
    public async Task Signals_HundredWhileTasksRun_EachArrivesOnce()
    {
        await StartWorkerAsync();
        await StartAsync("collects", 100);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Client.SignalAsync(WorkflowId, "approve", i)));

        (await Client.ResultAsync<int[]>(WorkflowId)).Order().ShouldBe(Enumerable.Range(0, 100));
    }

    [Fact]
    public async Task SignalWithStart_NothingRuns_StartsAndSignals()
    {
        await StartWorkerAsync();
        var first = Track(await Client.SignalWithStartAsync("approval", WorkflowId, Workers.Queue, [2], "approve", ["a"]));
        var second = await Client.SignalWithStartAsync("approval", WorkflowId, Workers.Queue, [2], "approve", ["b"]);

        second.RunId.ShouldBe(first.RunId);
        (await Client.ResultAsync<string[]>(WorkflowId)).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Memo_FromTheStart_IsDescribed()
    {
        await StartWithAsync("approval", new { memo = new { note = "from outside" } }, 1);

        (await Client.DescribeAsync(WorkflowId)).Memo!["note"].GetString().ShouldBe("from outside");
    }
}
