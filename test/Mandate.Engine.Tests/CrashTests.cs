using Mandate.Engine.TestHost;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Testing;

namespace Mandate.Engine.Tests;

/// <summary>A process with an engine is killed at any moment; nothing it acknowledged is lost, and nothing happens twice.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task Kill_ThreeTimesUnderLoad_LosesNothingAcknowledged()
    {
        using var directory = new TemporaryDirectory();
        var started = new HashSet<string>();
        var signaled = new HashSet<string>();
        for (var round = 0; round < 3; round++)
        {
            using var host = HostProcess.Start(directory.Path, $"round{round}", starters: 16);
            await host.HasLinesAsync("signaled", 100 + (50 * round));
            await host.KillAsync();
            started.UnionWith(Ids(host, "started "));
            signaled.UnionWith(Ids(host, "signaled "));
        }

        await using var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = directory.Path });
        using var stop = new CancellationTokenSource();
        var workers = new Load(engine.Handler, "", _ => { }).Work(stop.Token).ToArray();
        foreach (var id in started)
        {
            // A start that was acknowledged while its signal was not still waits for it.
            if (!signaled.Contains(id))
                await SignalAsync(engine, id);
            await Wait.UntilAsync(async () => await StatusAsync(engine, id) == WorkflowExecutionStatus.Completed, $"{id} to complete");
            var events = (await engine.Handler.CallAsync<GetWorkflowExecutionHistoryResponse>(
                new GetWorkflowExecutionHistoryRequest { Namespace = "default", Execution = new() { WorkflowId = id } })).History.Events;
            events.Select(e => e.EventId).ShouldBe(Enumerable.Range(1, events.Count).Select(i => (long)i), id);
            events.Count(e => e.EventType == EventType.WorkflowExecutionSignaled).ShouldBe(1, id);
            events.Count(e => e.EventType == EventType.ActivityTaskCompleted).ShouldBe(1, id);
            events.Count(e => e.EventType == EventType.WorkflowExecutionCompleted).ShouldBe(1, id);
        }

        started.Count.ShouldBeGreaterThan(300);
        await stop.CancelAsync();
        await Task.WhenAll(workers).Soon();
    }

    [Fact]
    public async Task FileSizeLimit_Reached_RefusesAndKeepsWhatWasAcknowledged()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var directory = new TemporaryDirectory();
        var started = new HashSet<string>();
        using (var host = HostProcess.Start(directory.Path, "limited", starters: 8, fileSizeKib: 1_500))
        {
            await host.HasLinesAsync("refused", 20);
            await host.KillAsync();
            host.Lines.ShouldContain(l => l.StartsWith("refused ResourceExhausted", StringComparison.Ordinal) && l.Contains(directory.Path, StringComparison.Ordinal));
            started.UnionWith(Ids(host, "started "));
        }

        started.Count.ShouldBeGreaterThan(0);
        await using var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = directory.Path });
        foreach (var id in started)
            (await StatusAsync(engine, id)).ShouldNotBe(WorkflowExecutionStatus.Unspecified);
        await engine.Handler.CallAsync<StartWorkflowExecutionResponse>(EngineHost.StartRequest("after"));
    }

    [Fact]
    public async Task SecondProcess_OnTheSameStore_IsRefusedWithTheHoldersId()
    {
        using var directory = new TemporaryDirectory();
        using var host = HostProcess.Start(directory.Path, "holder", starters: 0);
        await host.HasLinesAsync("ready", 1);
        var error = await Should.ThrowAsync<EngineStoreLockedException>(() => EmbeddedEngine.StartAsync(new() { DataDirectory = directory.Path }));
        error.Directory.ShouldBe(directory.Path);
        if (!OperatingSystem.IsWindows())
            error.HolderProcessId.ShouldNotBeNull().ShouldNotBe(Environment.ProcessId);
        error.Message.ShouldContain(directory.Path);
        await host.KillAsync();
        await using var engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = directory.Path });
    }

    private static IEnumerable<string> Ids(HostProcess host, string beginning) =>
        host.Lines.Where(l => l.StartsWith(beginning, StringComparison.Ordinal)).Select(l => l[beginning.Length..]);

    private static async Task SignalAsync(EmbeddedEngine engine, string id)
    {
        try
        {
            await engine.Handler.CallAsync<SignalWorkflowExecutionResponse>(new SignalWorkflowExecutionRequest
            {
                Namespace = "default",
                WorkflowExecution = new() { WorkflowId = id },
                SignalName = "finish",
                RequestId = $"{id}/finish",
            });
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.NotFound)
        {
            // The signal had been recorded, only its acknowledgement was lost, and the workflow has completed with it.
        }
    }

    private static async Task<WorkflowExecutionStatus> StatusAsync(EmbeddedEngine engine, string id) =>
        (await engine.Handler.CallAsync<DescribeWorkflowExecutionResponse>(
            new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = new() { WorkflowId = id } })).WorkflowExecutionInfo.Status;
}
