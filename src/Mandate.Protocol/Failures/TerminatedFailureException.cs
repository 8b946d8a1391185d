namespace Mandate.Protocol.Failures;

/// <summary>A workflow was terminated.</summary>
public sealed class TerminatedFailureException : FailureException
{
    /// <summary>Creates a termination.</summary>
    /// <param name="message">The reason given.</param>
    /// <param name="identity">Who terminated it, as that client named itself.</param>
    /// <param name="inner">The cause.</param>
    public TerminatedFailureException(string message, string? identity = null, Exception? inner = null)
        : base(message, inner) => Identity = identity;

    internal TerminatedFailureException(ReceivedFailure received, Exception? inner)
        : base(received, inner)
    {
        var identity = received.Failure.TerminatedFailureInfo.Identity;
        Identity = identity.Length == 0 ? null : identity;
    }

    /// <summary>Who terminated it, as that client named itself; null when unknown.</summary>
    public string? Identity { get; }
}
