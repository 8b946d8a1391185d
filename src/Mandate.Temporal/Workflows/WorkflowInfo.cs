using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;
using Priority = Mandate.Temporal.Common.Priority;
using RetryPolicy = Mandate.Temporal.Common.RetryPolicy;

namespace Mandate.Temporal.Workflows;

/// <summary>What is known of a run from its start.</summary>
/// <param name="Attempt">Attempt of the run under its retry policy, from 1.</param>
/// <param name="ContinuedRunId">The run this one continues, if any.</param>
/// <param name="CronSchedule">Cron schedule, if any.</param>
/// <param name="ExecutionTimeout">Time for the whole chain of runs.</param>
/// <param name="FirstExecutionRunId">First run of the chain.</param>
/// <param name="Headers">Headers of the start.</param>
/// <param name="LastFailure">Why the run before failed, if it did.</param>
/// <param name="LastResult">Result of the run before, of a cron workflow.</param>
/// <param name="Namespace">Namespace.</param>
/// <param name="Parent">The parent, of a child.</param>
/// <param name="Priority">Which of several waiting tasks goes first.</param>
/// <param name="RetryPolicy">How failed runs are repeated.</param>
/// <param name="Root">The run at the top of the tree, when this is not it.</param>
/// <param name="RunId">This run.</param>
/// <param name="RunTimeout">Time for one run.</param>
/// <param name="StartTime">When the first workflow task began, UTC.</param>
/// <param name="TaskQueue">Task queue.</param>
/// <param name="TaskTimeout">Time for one workflow task.</param>
/// <param name="WorkflowId">Workflow id.</param>
/// <param name="WorkflowStartTime">When the run was started on the server, UTC.</param>
/// <param name="WorkflowType">Workflow type.</param>
public sealed record WorkflowInfo(
    int Attempt,
    string? ContinuedRunId,
    string? CronSchedule,
    TimeSpan? ExecutionTimeout,
    string FirstExecutionRunId,
    IReadOnlyDictionary<string, Payload>? Headers,
    Exception? LastFailure,
    IReadOnlyCollection<RawPayload>? LastResult,
    string Namespace,
    WorkflowInfo.ParentInfo? Parent,
    Priority Priority,
    RetryPolicy? RetryPolicy,
    WorkflowInfo.RootInfo? Root,
    string RunId,
    TimeSpan? RunTimeout,
    DateTime StartTime,
    string TaskQueue,
    TimeSpan TaskTimeout,
    string WorkflowId,
    DateTime WorkflowStartTime,
    string WorkflowType)
{
    /// <summary>Arguments as they arrived, decoded but not converted; also those the run method has no parameter for.</summary>
    public IReadOnlyList<Payload> RawArguments { get; init; } = [];

    /// <summary>Parent of a child workflow.</summary>
    /// <param name="Namespace">Namespace of the parent.</param>
    /// <param name="RunId">Run of the parent.</param>
    /// <param name="WorkflowId">Workflow id of the parent.</param>
    public sealed record ParentInfo(string Namespace, string RunId, string WorkflowId);

    /// <summary>Root of a workflow tree.</summary>
    /// <param name="RunId">Run of the root.</param>
    /// <param name="WorkflowId">Workflow id of the root.</param>
    public sealed record RootInfo(string RunId, string WorkflowId);

    /// <summary>Type and ids; headers may hold secrets.</summary>
    public override string ToString() => $"{WorkflowType} {WorkflowId}/{RunId}";
}
