using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.History;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Requests to start a workflow, checked and turned into what is to be started.</summary>
internal static class StartRequests
{
    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT or RESOURCE_EXHAUSTED.</exception>
    public static StartSpec ToSpec(EngineCore core, StartWorkflowExecutionRequest request)
    {
        var limits = core.Limits;
        Check.Name(request.WorkflowId, "workflow id", limits);
        Check.Name(request.WorkflowType?.Name, "workflow type", limits);
        Check.Name(request.TaskQueue?.Name, "task queue", limits);
        Check.Length(request.RequestId, "request id", limits);
        Check.Length(request.Identity, "identity", limits);
        Check.Size(request.Input, "input", limits);
        Check.Size(request.Header, "header", limits);
        Check.Size(request.UserMetadata, "user metadata", limits);
        Check.Size(request.SearchAttributes, "set of search attributes", limits);
        Check.Size(request.LastCompletionResult, "last completion result", limits);
        var memo = request.Memo?.CalculateSize() ?? 0;
        Check.That(memo <= limits.MaxMemoBytes, $"The memo has {memo} bytes; the limit is {limits.MaxMemoBytes}.");
        if (RetryPolicies.Problem(request.RetryPolicy) is { } problem)
            throw Errors.InvalidArgument($"{char.ToUpperInvariant(problem[0])}{problem[1..]}");
        if (request.CronSchedule.Length > 0 && !CronSchedule.TryParse(request.CronSchedule, out _, out var cronProblem))
            throw Errors.InvalidArgument(cronProblem);
        var execution = Timeout(request.WorkflowExecutionTimeout, "workflow execution time-out");
        var run = Durations.AtMost(Timeout(request.WorkflowRunTimeout, "workflow run time-out"), execution);
        Timeout(request.WorkflowTaskTimeout, "workflow task time-out");
        var delay = Timeout(request.WorkflowStartDelay, "start delay");
        Check.That(delay == TimeSpan.Zero || request.CronSchedule.Length == 0, "A start delay and a cron schedule exclude each other.");
        if (request.WorkflowIdReusePolicy == WorkflowIdReusePolicy.TerminateIfRunning)
            Check.That(request.WorkflowIdConflictPolicy == WorkflowIdConflictPolicy.Unspecified, "The reuse policy TERMINATE_IF_RUNNING and a conflict policy exclude each other.");
        if (request.WorkflowIdReusePolicy == WorkflowIdReusePolicy.RejectDuplicate)
            Check.That(request.WorkflowIdConflictPolicy != WorkflowIdConflictPolicy.TerminateExisting, "The reuse policy REJECT_DUPLICATE and the conflict policy TERMINATE_EXISTING exclude each other.");
        Admit(core);

        if (request.CronSchedule.Length > 0 && CronSchedule.TryParse(request.CronSchedule, out var cron, out _))
            delay = cron.DelayAfter(core.Now, core.Now);
        return new()
        {
            RequestId = request.RequestId,
            ReusePolicy = request.WorkflowIdReusePolicy,
            ConflictPolicy = request.WorkflowIdConflictPolicy,
            UserMetadata = request.UserMetadata,
            Links = request.Links,
            Attributes = new()
            {
                WorkflowType = request.WorkflowType,
                TaskQueue = new() { Name = request.TaskQueue!.Name, Kind = TaskQueueKind.Normal },
                Input = request.Input,
                WorkflowExecutionTimeout = Duration.FromTimeSpan(execution),
                WorkflowRunTimeout = Duration.FromTimeSpan(run),
                WorkflowTaskTimeout = Duration.FromTimeSpan(TaskTimeout(request.WorkflowTaskTimeout, run)),
                Identity = request.Identity,
                RetryPolicy = request.RetryPolicy is null ? null : RetryDecision.Complete(request.RetryPolicy),
                CronSchedule = request.CronSchedule,
                FirstWorkflowTaskBackoff = delay > TimeSpan.Zero ? Duration.FromTimeSpan(delay) : null,
                Memo = request.Memo,
                SearchAttributes = request.SearchAttributes,
                Header = request.Header,
                ContinuedFailure = request.ContinuedFailure,
                LastCompletionResult = request.LastCompletionResult,
                Priority = request.Priority,
                // A first task that has to wait cannot come with the answer.
                EagerExecutionAccepted = request.RequestEagerExecution && delay == TimeSpan.Zero,
            },
        };
    }

    /// <summary>Turns new runs away while the engine is full, so that what was accepted can be finished.</summary>
    private static void Admit(EngineCore core)
    {
        AdmitWork(core);
        if (core.OpenRuns >= core.Limits.MaxOpenRuns)
        {
            throw Errors.Exhausted(
                $"{core.Limits.MaxOpenRuns} workflows are open, which is the limit (EngineLimits.MaxOpenRuns). Let some finish, or raise it.",
                ResourceExhaustedCause.PersistenceLimit);
        }
    }

    /// <summary>Turns new work away, for new runs or for those there are, while the writer is behind or memory is short.</summary>
    public static void AdmitWork(EngineCore core)
    {
        if (core.Store.Writer.IsOverloaded)
        {
            throw Errors.Exhausted(
                $"More than {core.Limits.MaxQueuedBytes} bytes wait to be written (EngineLimits.MaxQueuedBytes). Send less at a time, or retry later.",
                ResourceExhaustedCause.SystemOverloaded);
        }

        if (core.Memory.IsExhausted)
        {
            throw Errors.Exhausted(
                $"The runs in memory take more than {core.Memory.Limit} bytes (EngineLimits.MaxRunMemoryBytes). Let some finish, give the process more memory, or raise the limit.",
                ResourceExhaustedCause.SystemOverloaded);
        }
    }

    private static TimeSpan Timeout(Duration? duration, string what)
    {
        var value = Durations.Of(duration);
        Check.That(value >= TimeSpan.Zero, $"The {what} is negative.");
        return value;
    }

    private static TimeSpan TaskTimeout(Duration? wanted, TimeSpan run)
    {
        var timeout = WorkflowTaskTimeouts.Normalize(wanted);
        return run > TimeSpan.Zero && timeout > run ? run : timeout;
    }
}
