using Mandate.Temporal.Client;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Workflows;
using Mandate.Testing;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Tests.EndToEnd;

/// <summary>What workflows log, and what is logged of them.</summary>
public sealed partial class LoggingEndToEndTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task Log_OfAWorkflowThatIsReplayedForEachTask_IsWrittenOnce()
    {
        var logs = new RecordingLoggers();
        await engine.RunAsync(
            Transport.InProcess,
            o =>
            {
                o.MaxCachedWorkflows = 0;
                o.LoggerFactory = logs;
                o.AddWorkflow<Talking>();
            },
            async (client, queue) => await client.ExecuteWorkflowAsync((Talking wf) => wf.RunAsync(3), new(queue, queue)));

        logs.Lines.Where(l => l.Contains("step ", StringComparison.Ordinal)).Select(l => l[l.IndexOf("step ", StringComparison.Ordinal)..].Trim()).ShouldBe(["step 1", "step 2", "step 3"]);
    }

    [Fact]
    public async Task WorkflowEnd_WithAHandlerUnfinished_IsWarnedOfUnlessItMayBeAbandoned()
    {
        var logs = new RecordingLoggers();
        await engine.RunAsync(
            Transport.InProcess,
            o =>
            {
                o.LoggerFactory = logs;
                o.AddWorkflow<Hasty>();
            },
            async (client, queue) =>
            {
                var handle = await client.StartWorkflowAsync((Hasty wf) => wf.RunAsync(), new(queue, queue));
                await handle.SignalAsync(wf => wf.AbandonAsync());
                await handle.SignalAsync(wf => wf.LingerAsync());
                await handle.GetResultAsync();
            });

        var warning = logs.Lines.Where(l => l.Contains("handler", StringComparison.Ordinal)).ShouldHaveSingleItem();
        warning.ShouldStartWith("Warning");
        warning.ShouldContain("signal handler Linger was still running");
        warning.ShouldContain("AllHandlersFinished");
    }

    [LoggerMessage(1, LogLevel.Information, "step {Step}")]
    private static partial void LogStep(ILogger logger, int step);

    [Workflow]
    public sealed class Talking
    {
        [WorkflowRun]
        public async Task RunAsync(int steps)
        {
            for (var step = 1; step <= steps; step++)
            {
                LogStep(Workflow.Logger, step);
                await Workflow.DelayAsync(1);
            }
        }
    }

    [Workflow]
    public sealed class Hasty
    {
        private bool _lingers;

        [WorkflowRun]
        public Task RunAsync() => Workflow.WaitConditionAsync(() => _lingers);

        [WorkflowSignal]
        public Task LingerAsync()
        {
            _lingers = true;
            return Workflow.DelayAsync(TimeSpan.FromHours(1));
        }

        [WorkflowSignal(UnfinishedPolicy = HandlerUnfinishedPolicy.Abandon)]
        public Task AbandonAsync() => Workflow.DelayAsync(TimeSpan.FromHours(1));
    }
}
