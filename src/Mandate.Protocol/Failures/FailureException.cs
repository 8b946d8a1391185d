using Mandate.Protocol.Api.Failure.V1;

namespace Mandate.Protocol.Failures;

/// <summary>
/// An exception with a form in the protocol. Thrown from workflow code it fails the workflow, where any other exception only fails the workflow task,
/// which is tried again.
/// </summary>
public class FailureException : TemporalException
{
    private readonly string? _stackTrace;

    private protected FailureException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    internal FailureException(ReceivedFailure received, Exception? inner)
        : base(received.Message, inner)
    {
        Failure = received.Failure;
        _stackTrace = received.StackTrace.Length == 0 ? null : received.StackTrace;
    }

    /// <summary>The failure this came from, null when it was created here. Shared: do not change it.</summary>
    public Failure? Failure { get; }

    /// <summary>Where it was thrown in the other process, in that language's form; null when unknown or created here.</summary>
    public string? FailureStackTrace => _stackTrace;

    /// <summary>Where this instance was thrown, or where the failure was thrown in the other process.</summary>
    public override string? StackTrace => base.StackTrace ?? _stackTrace;
}
