using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Protocol.Failures;

/// <summary>An activity failed for good; the inner exception says how.</summary>
public sealed class ActivityFailureException : FailureException
{
    internal ActivityFailureException(ReceivedFailure received, Exception? inner)
        : base(received, inner)
    {
        var info = received.Failure.ActivityFailureInfo;
        ActivityType = info.ActivityType?.Name ?? string.Empty;
        ActivityId = info.ActivityId;
        Identity = info.Identity.Length == 0 ? null : info.Identity;
        RetryState = info.RetryState;
    }

    /// <summary>Name of the activity.</summary>
    public string ActivityType { get; }

    /// <summary>Id of the activity in its workflow run.</summary>
    public string ActivityId { get; }

    /// <summary>The worker that ran the last attempt, as it named itself; null when none did.</summary>
    public string? Identity { get; }

    /// <summary>Why there was no further attempt.</summary>
    public RetryState RetryState { get; }
}
