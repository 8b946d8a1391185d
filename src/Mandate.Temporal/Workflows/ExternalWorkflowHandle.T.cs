using System.Linq.Expressions;

namespace Mandate.Temporal.Workflows;

/// <summary>Another workflow of known type, as a workflow sees it.</summary>
public abstract class ExternalWorkflowHandle<TWorkflow> : ExternalWorkflowHandle
{
    private protected ExternalWorkflowHandle()
    {
    }

    /// <summary>Signals the workflow; the task ends when the server has delivered the signal.</summary>
    /// <exception cref="Protocol.Failures.ApplicationFailureException">There is no such workflow.</exception>
    public Task SignalAsync(Expression<Func<TWorkflow, Task>> signalCall, ExternalWorkflowSignalOptions? options = null) => SignalAsync<TWorkflow>(signalCall, options);
}
