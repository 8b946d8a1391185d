namespace Mandate.Temporal.Workflows;

/// <summary>A child of known type and result that was started.</summary>
public abstract class ChildWorkflowHandle<TWorkflow, TResult> : ChildWorkflowHandle<TWorkflow>
{
    private protected ChildWorkflowHandle()
    {
    }

    /// <summary>Waits for the child's result.</summary>
    /// <exception cref="Protocol.Failures.ChildWorkflowFailureException">The child did not complete; the inner exception says why.</exception>
    public new Task<TResult> GetResultAsync() => GetResultAsync<TResult>();
}
