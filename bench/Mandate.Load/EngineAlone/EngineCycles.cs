using System.Diagnostics;
using Mandate.Engine;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Load.EngineAlone;

/// <summary>Callers that start, describe and terminate workflows nobody works on. Two of the three calls are durable.</summary>
internal sealed class EngineCycles(EmbeddedEngine engine, string name, int concurrency)
{
    private int _cycles;
    private long _commits;
    private long _changes;
    private TimeSpan _time;
    private TimeSpan _cpu;

    /// <summary>Calls for so long.</summary>
    internal async Task RunAsync(TimeSpan time)
    {
        var writer = engine.Core.Store.Writer;
        var (commits, changes, cpu) = (writer.Commits, writer.Units, Environment.CpuUsage.TotalTime);
        var started = Stopwatch.GetTimestamp();
        var before = _cycles;
        await LoadDriver.WarmUpAsync(time, concurrency, async i =>
        {
            await CycleAsync($"{name}-{before}-{i}");
            Interlocked.Increment(ref _cycles);
        });
        _time += Stopwatch.GetElapsedTime(started);
        _commits += writer.Commits - commits;
        _changes += writer.Units - changes;
        _cpu += Environment.CpuUsage.TotalTime - cpu;
    }

    /// <summary>What was done, over all the time it ran.</summary>
    internal EngineRate Rate(double sqliteCommitsPerSecond) => new(
        concurrency,
        Math.Round(_cycles / _time.TotalSeconds, 1),
        Math.Round(_changes / _time.TotalSeconds, 1),
        Math.Round(_commits / _time.TotalSeconds, 1),
        Math.Round(_cpu.TotalMicroseconds / _cycles, 1),
        Math.Round(_commits / _time.TotalSeconds / sqliteCommitsPerSecond, 2),
        Math.Round(_changes / _time.TotalSeconds / sqliteCommitsPerSecond, 2));

    private async Task CycleAsync(string id)
    {
        await engine.Handler.CallAsync<StartWorkflowExecutionResponse>(new StartWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowId = id,
            WorkflowType = new() { Name = "Alone" },
            TaskQueue = new() { Name = "nobody" },
            RequestId = id,
        });
        await engine.Handler.CallAsync<DescribeWorkflowExecutionResponse>(new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = new() { WorkflowId = id } });
        await engine.Handler.CallAsync<TerminateWorkflowExecutionResponse>(new TerminateWorkflowExecutionRequest { Namespace = "default", WorkflowExecution = new() { WorkflowId = id } });
    }
}
