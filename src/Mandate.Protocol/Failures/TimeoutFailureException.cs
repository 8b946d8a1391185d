using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Protocol.Failures;

/// <summary>A time limit of an activity or workflow passed.</summary>
public sealed class TimeoutFailureException : FailureException
{
    /// <summary>Creates a time-out.</summary>
    /// <param name="message">What took too long.</param>
    /// <param name="timeoutType">The limit that passed.</param>
    /// <param name="lastHeartbeatDetails">What the activity last reported.</param>
    /// <param name="inner">The cause.</param>
    public TimeoutFailureException(string message, TimeoutType timeoutType, IReadOnlyCollection<object?>? lastHeartbeatDetails = null, Exception? inner = null)
        : base(message, inner)
    {
        TimeoutType = timeoutType;
        LastHeartbeatDetails = lastHeartbeatDetails is null ? FailureDetails.None : new OutboundFailureDetails(lastHeartbeatDetails);
    }

    internal TimeoutFailureException(ReceivedFailure received, Exception? inner, IPayloadConverter converter)
        : base(received, inner)
    {
        var info = received.Failure.TimeoutFailureInfo;
        TimeoutType = info.TimeoutType;
        LastHeartbeatDetails = new InboundFailureDetails(info.LastHeartbeatDetails, converter);
    }

    /// <summary>The limit that passed.</summary>
    public TimeoutType TimeoutType { get; }

    /// <summary>What the activity last reported with a heartbeat.</summary>
    public FailureDetails LastHeartbeatDetails { get; }
}
