using System.Linq.Expressions;

namespace Mandate.Temporal.Workflows;

/// <summary>A child of known type that was started.</summary>
public abstract class ChildWorkflowHandle<TWorkflow> : ChildWorkflowHandle
{
    private protected ChildWorkflowHandle()
    {
    }

    /// <summary>Signals the child; the task ends when the server has delivered the signal.</summary>
    public Task SignalAsync(Expression<Func<TWorkflow, Task>> signalCall, ChildWorkflowSignalOptions? options = null) => SignalAsync<TWorkflow>(signalCall, options);
}
