namespace Mandate.Protocol.Failures;

/// <summary>A failure of the service itself.</summary>
public sealed class ServerFailureException : FailureException
{
    /// <summary>Creates a service failure.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="nonRetryable">True ends all retries.</param>
    /// <param name="inner">The cause.</param>
    public ServerFailureException(string message, bool nonRetryable = false, Exception? inner = null)
        : base(message, inner) => NonRetryable = nonRetryable;

    internal ServerFailureException(ReceivedFailure received, Exception? inner)
        : base(received, inner) => NonRetryable = received.Failure.ServerFailureInfo.NonRetryable;

    /// <summary>Whether retries end here.</summary>
    public bool NonRetryable { get; }
}
