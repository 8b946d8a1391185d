namespace Mandate.Protocol.Failures;

/// <summary>Root of what clients and workers throw about durable execution.</summary>
public abstract class TemporalException : Exception
{
    /// <summary>Creates the error.</summary>
    protected TemporalException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>
    /// Whether <paramref name="exception"/> means cancellation: a cancelled token, a <see cref="CanceledFailureException"/>, or an activity or child
    /// workflow that ended so.
    /// </summary>
    public static bool IsCanceledException(Exception exception) => exception switch
    {
        OperationCanceledException or CanceledFailureException => true,
        ActivityFailureException or ChildWorkflowFailureException => exception.InnerException is CanceledFailureException,
        _ => false,
    };
}
