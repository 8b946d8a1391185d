using Mandate.Protocol.Conversion;

namespace Mandate.Protocol.Failures;

/// <summary>Work ended because it was asked to.</summary>
public sealed class CanceledFailureException : FailureException
{
    /// <summary>Creates a cancellation.</summary>
    /// <param name="message">Why.</param>
    /// <param name="details">Values to send along.</param>
    /// <param name="inner">The cause.</param>
    public CanceledFailureException(string message, IReadOnlyCollection<object?>? details = null, Exception? inner = null)
        : base(message, inner) =>
        Details = details is null ? FailureDetails.None : new OutboundFailureDetails(details);

    internal CanceledFailureException(ReceivedFailure received, Exception? inner, IPayloadConverter converter)
        : base(received, inner) =>
        Details = new InboundFailureDetails(received.Failure.CanceledFailureInfo.Details, converter);

    /// <summary>Values sent along.</summary>
    public FailureDetails Details { get; }
}
