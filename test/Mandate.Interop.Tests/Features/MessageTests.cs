using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Enums.V1;
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

    [Fact]
    public async Task Messages_WithoutHandlersOfTheirOwn_ReachTheDynamicOnes()
    {
        await StartWorkerAsync();
        await StartAsync("takesAnything");

        await Client.SignalAsync(WorkflowId, "some-signal", 1, 2);
        (await Client.ExecuteUpdateAsync<int>(WorkflowId, "some-update", ["a"])).ShouldBe(2);
        (await Client.QueryAsync<string>(WorkflowId, "some-query", "b")).ShouldBe("some-query?b 2");
        await Client.SignalAsync(WorkflowId, "finish");

        (await Client.ResultAsync<string[]>(WorkflowId)).ShouldBe(["some-signal:1,2", "some-update!a"]);
    }

    [Fact]
    public async Task WorkflowAndActivity_OfUnknownTypes_RunInTheDynamicOnes()
    {
        await StartWorkerAsync();
        await StartAsync("Unheard", "a", 1);

        (await Client.ResultAsync<string>(WorkflowId)).ShouldBe("activityOfUnheard(a,1)");
    }

    [Fact]
    public async Task WaitCondition_WithATimeout_EndsWithWhatComesFirst()
    {
        await StartWorkerAsync();
        var late = await StartAsync("waitsSoLong", 10);
        var timely = Track(await Client.StartAsync("waitsSoLong", $"{WorkflowId}-timely", Workers.Queue, [600_000]));
        // A signal that is there before the timer would leave it without an event.
        await UntilAsync(async () => (await Histories.OfAsync(Engine.Handler, timely.WorkflowId, timely.RunId)).Events.Any(e => e.EventType == EventType.TimerStarted));

        await Client.SignalAsync(timely.WorkflowId, "approve", "bob");

        (await Client.ResultAsync<string>(late.WorkflowId)).ShouldBe("nobody");
        (await Client.ResultAsync<string>(timely.WorkflowId)).ShouldBe("bob");
        (await Histories.OfAsync(Engine.Handler, timely.WorkflowId, timely.RunId)).Events.Select(e => e.EventType).ShouldContain(EventType.TimerCanceled);
    }

    [Fact]
    public async Task Requests_RepeatedWithTheirIds_CountOnce()
    {
        await StartWorkerAsync();
        var start = new
        {
            @namespace = "default", workflowId = WorkflowId, workflowType = new { name = "approval" }, taskQueue = new { name = Workers.Queue }, requestId = "start-1",
            input = new { payloads = new[] { Wire.Json("2") } },
        };
        var run = Track(new(WorkflowId, (await Client.RpcAsync("startWorkflowExecution", start)).GetProperty("runId").GetString()!));

        (await Client.RpcAsync("startWorkflowExecution", start)).GetProperty("runId").GetString().ShouldBe(run.RunId);
        foreach (var id in (string[])["signal-1", "signal-1", "signal-2", "signal-2"])
        {
            await Client.RpcAsync("signalWorkflowExecution", new
            {
                @namespace = "default", workflowExecution = new { workflowId = WorkflowId }, signalName = "approve", requestId = id, input = new { payloads = new[] { Wire.Json($"\"{id}\"") } },
            });
        }

        (await Client.ResultAsync<string[]>(WorkflowId)).ShouldBe(["signal-1", "signal-2"]);
    }

    [Fact]
    public async Task Links_OfWhoStartsSignalsCancelsAndTerminates_StandInTheHistory()
    {
        await StartWorkerAsync();
        var approved = await StartLinkedAsync("approved", [1]);
        await Client.RpcAsync("signalWorkflowExecution", new
        {
            @namespace = "default", workflowExecution = new { workflowId = approved.WorkflowId }, signalName = "approve", input = new { payloads = new[] { Wire.Json("\"bob\"") } },
            links = new[] { Wire.Link("signaller", 2), Wire.Link("signaller", 3) },
        });
        (await Client.ResultAsync<string[]>(approved.WorkflowId)).ShouldBe(["bob"]);
        var cancelled = await StartLinkedAsync("cancelled", [1]);
        await Client.RpcAsync("requestCancelWorkflowExecution", new { @namespace = "default", workflowExecution = new { workflowId = cancelled.WorkflowId }, links = new[] { Wire.Link("canceller", 4) } });
        await UntilAsync(async () => (await Client.DescribeAsync(cancelled.WorkflowId)).Status == "CANCELLED");
        var terminated = await StartLinkedAsync("terminated", [1]);
        await Client.RpcAsync("terminateWorkflowExecution", new { @namespace = "default", workflowExecution = new { workflowId = terminated.WorkflowId }, links = new[] { Wire.Link("terminator", 5) } });

        (await LinksAsync(approved)).ShouldBe([(EventType.WorkflowExecutionStarted, "starter/1"), (EventType.WorkflowExecutionSignaled, "signaller/2"), (EventType.WorkflowExecutionSignaled, "signaller/3")]);
        (await LinksAsync(cancelled)).ShouldBe([(EventType.WorkflowExecutionStarted, "starter/1"), (EventType.WorkflowExecutionCancelRequested, "canceller/4")]);
        (await LinksAsync(terminated)).ShouldBe([(EventType.WorkflowExecutionStarted, "starter/1"), (EventType.WorkflowExecutionTerminated, "terminator/5")]);
    }

    private async Task<Run> StartLinkedAsync(string name, int[] input)
    {
        var workflowId = $"{WorkflowId}-{name}";
        var started = await Client.RpcAsync("startWorkflowExecution", new
        {
            @namespace = "default", workflowId, workflowType = new { name = "approval" }, taskQueue = new { name = Workers.Queue }, requestId = workflowId,
            input = new { payloads = input.Select(i => Wire.Json($"{i}")) }, links = new[] { Wire.Link("starter", 1) },
        });
        return Track(new(workflowId, started.GetProperty("runId").GetString()!));
    }

    private async Task<IEnumerable<(EventType Type, string From)>> LinksAsync(Run run) =>
        (await Client.HistoryAsync(run.WorkflowId, run.RunId)).Events.SelectMany(e => e.Links.Select(l => (e.EventType, $"{l.WorkflowEvent.WorkflowId}/{l.WorkflowEvent.EventRef.EventId}")));
}
