using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>How workflow tasks reach TypeScript workers.</summary>
public sealed class TypeScriptWorkflowTaskTests(TypeScriptDriver typeScript, ITestOutputHelper output) : WorkflowTaskTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);

    [Fact]
    public async Task Worker_KilledWithItsPollsOpen_NoTaskIsLostToThem()
    {
        var doomed = new TypeScriptDriver();
        await doomed.InitializeAsync();
        await TypeScriptWorker.StartAsync(doomed, Address, new Dictionary<string, object> { ["taskQueue"] = Workers.Queue });
        var cached = await StartAsync("approval", 1);
        await Client.QueryAsync<string>(WorkflowId, "progress");
        await doomed.KillAsync();
        await doomed.DisposeAsync();
        // The listener hears of the broken connections in its own time; a task that went to one of their polls before would be another story.
        await UntilAsync(() => Task.FromResult(Recorder.Open<PollWorkflowTaskQueueRequest>() + Recorder.Open<PollActivityTaskQueueRequest>() == 0));

        var fresh = Track(await Client.StartAsync("greet", $"{WorkflowId}-fresh", Workers.Queue, ["Ada"]));
        await Client.SignalAsync(WorkflowId, "approve", "bob");
        await StartWorkerAsync();

        (await Client.ResultAsync<string>(fresh.WorkflowId)).ShouldBe("Hello, Ada!");
        (await Client.ResultAsync<string[]>(cached.WorkflowId)).ShouldBe(["bob"]);
        var ends = (await Histories.OfAsync(Engine.Handler, fresh.WorkflowId, fresh.RunId)).Events.Where(e => e.EventType == EventType.WorkflowTaskTimedOut);
        ends.ShouldBeEmpty();
    }
}
