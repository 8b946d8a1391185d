using Google.Protobuf;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Auditing;

/// <summary>What a worker reports to have ended.</summary>
/// <param name="Status">How: <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="IsStep">Whether an activity ended, and not the run.</param>
/// <param name="ActivityId">Id of the activity where the report names it; empty elsewhere.</param>
internal sealed record WorkerReport(string Status, bool IsStep, string ActivityId = "")
{
    public const string Failed = "failed";
    private const string Completed = "completed";
    private const string Cancelled = "cancelled";

    private static readonly WorkerReport RunCompleted = new(Completed, IsStep: false);
    private static readonly WorkerReport RunFailed = new(Failed, IsStep: false);
    private static readonly WorkerReport RunCancelled = new(Cancelled, IsStep: false);
    private static readonly WorkerReport StepCompleted = new(Completed, IsStep: true);
    private static readonly WorkerReport StepFailed = new(Failed, IsStep: true);
    private static readonly WorkerReport StepCancelled = new(Cancelled, IsStep: true);

    /// <summary>The report in a request; null when it ends nothing.</summary>
    public static WorkerReport? Of(IMessage request) => request switch
    {
        RespondWorkflowTaskCompletedRequest r => OfCommands(r),
        RespondActivityTaskCompletedRequest => StepCompleted,
        RespondActivityTaskFailedRequest => StepFailed,
        RespondActivityTaskCanceledRequest => StepCancelled,
        RespondActivityTaskCompletedByIdRequest r => StepCompleted with { ActivityId = r.ActivityId },
        RespondActivityTaskFailedByIdRequest r => StepFailed with { ActivityId = r.ActivityId },
        RespondActivityTaskCanceledByIdRequest r => StepCancelled with { ActivityId = r.ActivityId },
        _ => null,
    };

    /// <summary>A run that continues as new goes on: that is recorded as a start.</summary>
    private static WorkerReport? OfCommands(RespondWorkflowTaskCompletedRequest request)
    {
        foreach (var command in request.Commands)
        {
            switch (command.CommandType)
            {
                case CommandType.CompleteWorkflowExecution:
                    return RunCompleted;
                case CommandType.FailWorkflowExecution:
                    return RunFailed;
                case CommandType.CancelWorkflowExecution:
                    return RunCancelled;
            }
        }

        return null;
    }
}
