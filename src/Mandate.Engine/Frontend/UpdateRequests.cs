using Mandate.Engine.History;
using Mandate.Engine.History.Updates;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Requests for updates, checked; and how their outcome is told.</summary>
internal static class UpdateRequests
{
    /// <summary>The request as it is admitted: one without an id gets one.</summary>
    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT.</exception>
    public static Request Check(UpdateWorkflowExecutionRequest request, EngineLimits limits)
    {
        var wanted = request.Request;
        Frontend.Check.That(wanted is not null, "The request has no update.");
        Frontend.Check.Name(wanted.Input?.Name, "update name", limits);
        Frontend.Check.Length(wanted.Meta?.UpdateId ?? "", "update id", limits);
        Frontend.Check.Size(wanted.Input, "update's input", limits);
        Wanted(request.WaitPolicy);
        if (wanted.Meta?.UpdateId is { Length: > 0 })
            return wanted;
        var named = wanted.Clone();
        named.Meta ??= new();
        named.Meta.UpdateId = Guid.NewGuid().ToString();
        return named;
    }

    /// <summary>The stage a caller waits for.</summary>
    /// <exception cref="Mandate.Protocol.RpcException">INVALID_ARGUMENT.</exception>
    public static UpdateWorkflowExecutionLifecycleStage Wanted(WaitPolicy? policy)
    {
        var stage = policy?.LifecycleStage ?? UpdateWorkflowExecutionLifecycleStage.Unspecified;
        Frontend.Check.That(
            stage is >= UpdateWorkflowExecutionLifecycleStage.Unspecified and <= UpdateWorkflowExecutionLifecycleStage.Completed,
            $"The wait policy names the unknown stage {(int)stage}.");
        return stage == UpdateWorkflowExecutionLifecycleStage.Unspecified ? UpdateWorkflowExecutionLifecycleStage.Admitted : stage;
    }

    public static async Task<UpdateWorkflowExecutionResponse> AnswerAsync(
        EngineCore core, Run run, PendingUpdate update, UpdateWorkflowExecutionLifecycleStage stage, CancellationToken cancellation)
    {
        await update.WaitAsync(stage, core.Options.LongPollTimeout, core.Options.TimeProvider, cancellation).ConfigureAwait(false);
        var reached = update.Stage;
        return new()
        {
            UpdateRef = new() { UpdateId = update.Id, WorkflowExecution = new() { WorkflowId = run.WorkflowId, RunId = run.RunId } },
            Stage = reached,
            Outcome = reached == UpdateWorkflowExecutionLifecycleStage.Completed ? update.Outcome : null,
        };
    }
}
