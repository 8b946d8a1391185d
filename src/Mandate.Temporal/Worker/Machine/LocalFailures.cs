using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>Failures of local activities, in the form in which those of activities arrive.</summary>
internal static class LocalFailures
{
    internal static Failure Canceled(LocalActivityRequest request) => Of(
        request, "Local activity canceled", new Failure { Message = "Local activity canceled", CanceledFailureInfo = new() }, RetryState.CancelRequested);

    internal static Failure TimedOut(TimeoutType type, Failure? cause) => new()
    {
        Message = $"Local activity timed out ({type})",
        TimeoutFailureInfo = new() { TimeoutType = type },
        Cause = cause,
    };

    internal static Failure Of(LocalActivityRequest request, string message, Failure cause, RetryState retryState) => new()
    {
        Message = message,
        Cause = cause,
        ActivityFailureInfo = new()
        {
            ActivityId = request.ActivityId,
            ActivityType = new() { Name = request.ActivityType },
            RetryState = retryState,
        },
    };
}
