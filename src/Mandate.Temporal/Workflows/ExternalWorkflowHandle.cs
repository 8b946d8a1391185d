using System.Linq.Expressions;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <summary>Another workflow of the same namespace, as a workflow sees it.</summary>
public abstract class ExternalWorkflowHandle
{
    private protected ExternalWorkflowHandle()
    {
    }

    /// <summary>Workflow id.</summary>
    public abstract string Id { get; }

    /// <summary>Run, null for the present one.</summary>
    public abstract string? RunId { get; }

    /// <summary>Signals the workflow; the task ends when the server has delivered the signal.</summary>
    /// <exception cref="Protocol.Failures.ApplicationFailureException">There is no such workflow.</exception>
    public Task SignalAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> signalCall, ExternalWorkflowSignalOptions? options = null)
    {
        var (method, arguments) = CallExpression.Extract(signalCall);
        return SignalAsync(WorkflowSignalDefinition.NameFromMethod(method), arguments, options);
    }

    /// <summary>Signals the workflow; the task ends when the server has delivered the signal.</summary>
    /// <exception cref="Protocol.Failures.ApplicationFailureException">There is no such workflow.</exception>
    public abstract Task SignalAsync(string signal, IReadOnlyCollection<object?> args, ExternalWorkflowSignalOptions? options = null);

    /// <summary>Asks the workflow to cancel; the task ends when the server has delivered the request.</summary>
    /// <exception cref="Protocol.Failures.ApplicationFailureException">There is no such workflow.</exception>
    public abstract Task CancelAsync();
}
