using Mandate.Temporal.Common;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Worker.Instance;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Worker.Runs;
using Mandate.Temporal.Workflows;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Temporal.Tests.Support;

/// <summary>Runs workflow classes against histories made by hand.</summary>
internal static class Replaying
{
    internal static WorkflowInstanceOptions Options { get; } = new() { Namespace = "default", TaskQueue = "queue", LoggerFactory = NullLoggerFactory.Instance };

    /// <summary>A run brought forward by a history that ends with an open task.</summary>
    internal static WorkflowRun Run<TWorkflow>(HistorySlice slice, WorkflowInstanceOptions? options = null)
    {
        var run = new WorkflowRun(options ?? Options, WorkflowDefinition.Create<TWorkflow>(), "workflow", HistoryBuilder.RunId);
        run.Advance(slice);
        return run;
    }

    internal static Task<WorkflowReplayResult> ReplayAsync<TWorkflow>(WorkflowHistory history) =>
        new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<TWorkflow>()).ReplayWorkflowAsync(history);
}
