using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Update.V1;

namespace Mandate.Engine.History.Updates;

/// <summary>An update in flight, with those who wait for its stages. What is told here is durable.</summary>
internal sealed class PendingUpdate(string id, Request? request)
{
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Outcome> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = id;

    /// <summary>What was asked; null for one that was accepted before the engine's last start, which nobody needs to send any more.</summary>
    public Request? Request { get; } = request;

    /// <summary>A worker has it with the workflow task at hand.</summary>
    public bool IsSent { get; set; }

    /// <summary>The worker refused it; decided, perhaps not yet durable.</summary>
    public bool IsRejected { get; set; }

    public UpdateWorkflowExecutionLifecycleStage Stage =>
        _completed.Task.IsCompletedSuccessfully ? UpdateWorkflowExecutionLifecycleStage.Completed
        : _accepted.Task.IsCompletedSuccessfully ? UpdateWorkflowExecutionLifecycleStage.Accepted
        : UpdateWorkflowExecutionLifecycleStage.Admitted;

    /// <summary>Set at the last stage.</summary>
    public Outcome? Outcome => _completed.Task.IsCompletedSuccessfully ? _completed.Task.Result : null;

    public void Accept() => _accepted.TrySetResult();

    public void Complete(Outcome outcome)
    {
        // In this order: who sees the stage finds the outcome.
        _completed.TrySetResult(outcome);
        _accepted.TrySetResult();
    }

    /// <summary>The update will not happen in this run.</summary>
    public void Abort(RpcException error)
    {
        _completed.TrySetException(error);
        _accepted.TrySetException(error);
        // Whether anybody waits is open; unobserved it is no defect.
        _ = _completed.Task.Exception;
        _ = _accepted.Task.Exception;
    }

    /// <summary>Waits for a stage, at most so long; the stage reached is to be read then.</summary>
    /// <exception cref="RpcException">The update was aborted.</exception>
    public async Task WaitAsync(UpdateWorkflowExecutionLifecycleStage stage, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        Task wanted = stage switch
        {
            UpdateWorkflowExecutionLifecycleStage.Completed => _completed.Task,
            UpdateWorkflowExecutionLifecycleStage.Accepted => _accepted.Task,
            _ => Task.CompletedTask,
        };
        try
        {
            await wanted.WaitAsync(limit, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The caller is told the present stage and asks again.
        }
    }
}
