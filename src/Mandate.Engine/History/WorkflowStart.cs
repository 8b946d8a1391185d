using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Storage;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;

namespace Mandate.Engine.History;

/// <summary>Begins runs, minding what is known of the workflow id.</summary>
internal static class WorkflowStart
{
    /// <summary>
    /// <list type="number">
    /// <item>A repeated request finds the run of the first, also when that has been continued by others since.</item>
    /// <item>An open run decides by the conflict policy: refuse, use it, or terminate it.</item>
    /// <item>A closed run decides by the reuse policy.</item>
    /// <item>Otherwise a run begins.</item>
    /// </list>
    /// </summary>
    /// <exception cref="RpcException">ALREADY_EXISTS.</exception>
    public static StartOutcome Decide(ChainTransaction transaction, StartSpec spec)
    {
        if (transaction.Chain.Latest is { } latest)
        {
            if (StartedBy(transaction.Chain, latest, spec.RequestId) is { } same)
                return new(same.RunId, same.FirstRunId, same.Status) { IsStart = true };
            if (latest.IsOpen)
            {
                switch (Conflict(spec))
                {
                    case WorkflowIdConflictPolicy.UseExisting:
                        return new(latest.RunId, latest.FirstRunId, latest.Status);
                    case WorkflowIdConflictPolicy.TerminateExisting:
                        transaction.Open(latest.RunId).Terminate("Another run was started under the same id, with the policy to terminate the one before.", details: null, spec.Attributes.Identity);
                        break;
                    default:
                        throw AlreadyStarted(latest, $"Workflow '{latest.WorkflowId}' is running already (run {latest.RunId}).");
                }
            }
            else if (!MayReuse(spec.ReusePolicy, latest.Status))
            {
                throw AlreadyStarted(latest, $"Workflow '{latest.WorkflowId}' has run already ({latest.Status}, run {latest.RunId}) and the id reuse policy {spec.ReusePolicy} forbids another run.");
            }
        }

        var started = Begin(transaction, spec);
        return new(started.Run.RunId, started.State.Started.FirstExecutionRunId, WorkflowExecutionStatus.Running) { Started = started, IsStart = true };
    }

    /// <summary>Begins a run and asks for its first task.</summary>
    public static RunTransaction Begin(ChainTransaction transaction, StartSpec spec, string? runId = null)
    {
        runId ??= NewRunId(transaction);
        var attributes = spec.Attributes;
        attributes.WorkflowId = transaction.Chain.WorkflowId;
        attributes.OriginalExecutionRunId = runId;
        if (attributes.FirstExecutionRunId.Length == 0)
            attributes.FirstExecutionRunId = runId;
        attributes.RootWorkflowExecution ??= new() { WorkflowId = attributes.WorkflowId, RunId = runId };
        attributes.Attempt = Math.Max(attributes.Attempt, 1);
        if (attributes.WorkflowExecutionExpirationTime is null && Durations.Of(attributes.WorkflowExecutionTimeout) is var timeout && timeout > TimeSpan.Zero)
            attributes.WorkflowExecutionExpirationTime = (transaction.Now + timeout).ToTimestamp();
        var item = new Protocol.Api.History.V1.HistoryEvent { WorkflowExecutionStartedEventAttributes = attributes, UserMetadata = spec.UserMetadata };
        item.Links.AddRange(spec.Links);
        var run = transaction.Create(item, runId, spec.RequestId);
        run.WantTask();
        return run;
    }

    public static string NewRunId(ChainTransaction transaction) => Guid.CreateVersion7(transaction.Now).ToString();

    /// <summary>The run that a request has started, the newest or the one that its chain began with; null when it was another request.</summary>
    private static RunRow? StartedBy(WorkflowChain chain, RunRow latest, string requestId)
    {
        if (requestId.Length == 0)
            return null;
        if (latest.RequestId == requestId)
            return latest;
        return latest.FirstRunId != latest.RunId && chain.RowOf(latest.FirstRunId) is { } first && first.RequestId == requestId ? first : null;
    }

    private static WorkflowIdConflictPolicy Conflict(StartSpec spec) =>
        spec.ReusePolicy == WorkflowIdReusePolicy.TerminateIfRunning ? WorkflowIdConflictPolicy.TerminateExisting : spec.ConflictPolicy;

    private static bool MayReuse(WorkflowIdReusePolicy policy, WorkflowExecutionStatus status) => policy switch
    {
        WorkflowIdReusePolicy.RejectDuplicate => false,
        WorkflowIdReusePolicy.AllowDuplicateFailedOnly => status is WorkflowExecutionStatus.Failed or WorkflowExecutionStatus.Canceled
            or WorkflowExecutionStatus.Terminated or WorkflowExecutionStatus.TimedOut,
        _ => true,
    };

    private static RpcException AlreadyStarted(RunRow run, string message) => new(
        RpcStatusCode.AlreadyExists,
        message,
        new WorkflowExecutionAlreadyStartedFailure { StartRequestId = run.RequestId, RunId = run.RunId, FirstExecutionRunId = run.FirstRunId });
}
