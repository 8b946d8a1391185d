using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;
using Priority = Mandate.Temporal.Common.Priority;
using RetryPolicy = Mandate.Temporal.Common.RetryPolicy;

namespace Mandate.Temporal.Activities;

/// <summary>What is known of an activity's attempt.</summary>
/// <param name="ActivityId">Id in the run.</param>
/// <param name="ActivityType">Activity type.</param>
/// <param name="Attempt">Attempt, from 1.</param>
/// <param name="CurrentAttemptScheduledTime">When this attempt was scheduled, UTC.</param>
/// <param name="DataConverter">The worker's converter.</param>
/// <param name="HeartbeatDetails">Details of the last heartbeat, of this or an earlier attempt.</param>
/// <param name="HeartbeatTimeout">Longest silence between heartbeats.</param>
/// <param name="IsLocal">Whether it is a local activity.</param>
/// <param name="Namespace">Namespace.</param>
/// <param name="Priority">Which of several waiting tasks goes first.</param>
/// <param name="RetryPolicy">How failed attempts are repeated, as the server applies it.</param>
/// <param name="ScheduleToCloseTimeout">Time for all attempts together.</param>
/// <param name="ScheduledTime">When the first attempt was scheduled, UTC.</param>
/// <param name="StartToCloseTimeout">Time for one attempt.</param>
/// <param name="StartedTime">When this attempt began, UTC.</param>
/// <param name="TaskQueue">Task queue.</param>
/// <param name="TaskToken">Token with which the activity can be completed from elsewhere. Whoever has it can.</param>
/// <param name="WorkflowId">Workflow id.</param>
/// <param name="WorkflowNamespace">Namespace of the workflow.</param>
/// <param name="WorkflowRunId">Run of the workflow.</param>
/// <param name="WorkflowType">Workflow type.</param>
public sealed record ActivityInfo(
    string ActivityId,
    string ActivityType,
    int Attempt,
    DateTime CurrentAttemptScheduledTime,
    DataConverter DataConverter,
    IReadOnlyList<Payload> HeartbeatDetails,
    TimeSpan? HeartbeatTimeout,
    bool IsLocal,
    string Namespace,
    Priority Priority,
    RetryPolicy? RetryPolicy,
    TimeSpan? ScheduleToCloseTimeout,
    DateTime ScheduledTime,
    TimeSpan? StartToCloseTimeout,
    DateTime StartedTime,
    string TaskQueue,
    byte[] TaskToken,
    string WorkflowId,
    string WorkflowNamespace,
    string WorkflowRunId,
    string WorkflowType)
{
    /// <summary>Reads one of <see cref="HeartbeatDetails"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such detail.</exception>
    /// <exception cref="PayloadConversionException">It cannot be read as that type.</exception>
    public Task<T> HeartbeatDetailAtAsync<T>(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, HeartbeatDetails.Count);

        // Payloads of the task were decoded when it arrived.
        return Task.FromResult(DataConverter.PayloadConverter.ToValue<T>(HeartbeatDetails[index]));
    }

    /// <summary>Type and ids; details and token may be secret.</summary>
    public override string ToString() => $"{ActivityType} {ActivityId} of {WorkflowId}/{WorkflowRunId}";
}
