using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Protocol.Failures;

/// <summary>
/// A failure of user code. Thrown from a workflow it fails the workflow. Any other exception an activity throws becomes one of these,
/// retryable, with the exception's class name as <see cref="ErrorType"/>.
/// </summary>
public sealed class ApplicationFailureException : FailureException
{
    /// <summary>Creates a failure.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="errorType">A name retry policies can list as not to be retried.</param>
    /// <param name="nonRetryable">True ends all retries whatever the policy says.</param>
    /// <param name="details">Values to send along; they must be convertible to payloads.</param>
    /// <param name="nextRetryDelay">Replaces the retry policy's interval before the next attempt.</param>
    /// <param name="category">Benign failures are expected ones: they are not counted or logged as errors.</param>
    public ApplicationFailureException(
        string message,
        string? errorType = null,
        bool nonRetryable = false,
        IReadOnlyCollection<object?>? details = null,
        TimeSpan? nextRetryDelay = null,
        ApplicationErrorCategory category = ApplicationErrorCategory.Unspecified)
        : this(message, inner: null, errorType, nonRetryable, details, nextRetryDelay, category)
    {
    }

    /// <summary>Creates a failure with a cause.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="inner">The cause, which travels along.</param>
    /// <param name="errorType">A name retry policies can list as not to be retried.</param>
    /// <param name="nonRetryable">True ends all retries whatever the policy says.</param>
    /// <param name="details">Values to send along; they must be convertible to payloads.</param>
    /// <param name="nextRetryDelay">Replaces the retry policy's interval before the next attempt.</param>
    /// <param name="category">Benign failures are expected ones: they are not counted or logged as errors.</param>
    public ApplicationFailureException(
        string message,
        Exception? inner,
        string? errorType = null,
        bool nonRetryable = false,
        IReadOnlyCollection<object?>? details = null,
        TimeSpan? nextRetryDelay = null,
        ApplicationErrorCategory category = ApplicationErrorCategory.Unspecified)
        : base(message, inner)
    {
        ErrorType = errorType;
        NonRetryable = nonRetryable;
        Details = details is null ? FailureDetails.None : new OutboundFailureDetails(details);
        NextRetryDelay = nextRetryDelay;
        Category = category;
    }

    internal ApplicationFailureException(ReceivedFailure received, Exception? inner, IPayloadConverter converter)
        : base(received, inner)
    {
        var info = received.Failure.ApplicationFailureInfo;
        ErrorType = info.Type.Length == 0 ? null : info.Type;
        NonRetryable = info.NonRetryable;
        Details = new InboundFailureDetails(info.Details, converter);
        NextRetryDelay = info.NextRetryDelay?.ToTimeSpan();
        Category = info.Category;
    }

    /// <summary>The failure's type, null when it has none.</summary>
    public string? ErrorType { get; }

    /// <summary>Whether retries end here.</summary>
    public bool NonRetryable { get; }

    /// <summary>Values sent along.</summary>
    public FailureDetails Details { get; }

    /// <summary>Wait before the next attempt, null for what the retry policy says.</summary>
    public TimeSpan? NextRetryDelay { get; }

    /// <summary>Whether the failure is an expected one.</summary>
    public ApplicationErrorCategory Category { get; }
}
