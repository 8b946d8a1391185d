using System.Linq.Expressions;
using Mandate.Temporal.Reflection;

namespace Mandate.Temporal.Workflows;

/// <summary>A child that was started.</summary>
public abstract class ChildWorkflowHandle
{
    private protected ChildWorkflowHandle()
    {
    }

    /// <summary>Workflow id of the child.</summary>
    public abstract string Id { get; }

    /// <summary>First run of the child.</summary>
    public abstract string FirstExecutionRunId { get; }

    /// <summary>Waits for the child to end.</summary>
    /// <exception cref="Protocol.Failures.ChildWorkflowFailureException">The child did not complete; the inner exception says why.</exception>
    public Task GetResultAsync() => GetResultAsync<ValueTuple>();

    /// <summary>Waits for the child's result.</summary>
    /// <exception cref="Protocol.Failures.ChildWorkflowFailureException">The child did not complete; the inner exception says why.</exception>
    public abstract Task<TResult> GetResultAsync<TResult>();

    /// <summary>Signals the child; the task ends when the server has delivered the signal.</summary>
    public Task SignalAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> signalCall, ChildWorkflowSignalOptions? options = null)
    {
        var (method, arguments) = CallExpression.Extract(signalCall);
        return SignalAsync(WorkflowSignalDefinition.NameFromMethod(method), arguments, options);
    }

    /// <summary>Signals the child; the task ends when the server has delivered the signal.</summary>
    public abstract Task SignalAsync(string signal, IReadOnlyCollection<object?> args, ChildWorkflowSignalOptions? options = null);
}
