using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.History;
using Mandate.Engine.History.Updates;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Frontend;

/// <summary>Update-with-start: the update goes to the workflow that runs, or to one that is started for it, in one decision.</summary>
internal sealed class ExecuteMultiOperation(EngineCore core) : Endpoint<ExecuteMultiOperationRequest, ExecuteMultiOperationResponse>(core)
{
    /// <summary>Marks the status of the operation that is not to blame; SDKs look for this type.</summary>
    private const string AbortedType = "type.googleapis.com/temporal.api.failure.v1.MultiOperationExecutionAborted";

    protected override async Task<ExecuteMultiOperationResponse> HandleAsync(ExecuteMultiOperationRequest request, RpcCall call)
    {
        var ns = Core.Namespaces.Get(request.Namespace);
        Check.That(
            request.Operations is [{ StartWorkflow: not null }, { UpdateWorkflow: not null }],
            "The request must have two operations: the start of a workflow, then an update to it.");
        var start = request.Operations[0].StartWorkflow;
        var wanted = request.Operations[1].UpdateWorkflow;
        var (spec, update) = Prepare(start, wanted);
        StartOutcome? outcome = null;
        try
        {
            var (run, pending) = await Core.Chains.ChangeAsync(ns, start.WorkflowId, transaction =>
            {
                // An update that has come before is found whatever the start's policy says of the run.
                if (transaction.TryOpen("") is { } existing && UpdateAdmission.Find(existing, update.Meta.UpdateId) is { } known)
                {
                    outcome = new(existing.State.RunId, existing.State.Started.FirstExecutionRunId, existing.State.Status);
                    return (existing.Run, known);
                }

                outcome = null;
                var decided = WorkflowStart.Decide(transaction, spec);
                outcome = decided;
                var open = decided.Started ?? transaction.Open(decided.RunId);
                return (open.Run, UpdateAdmission.Admit(open, update));
            }).ConfigureAwait(false);
            var answer = await UpdateRequests.AnswerAsync(Core, run, pending, UpdateRequests.Wanted(wanted.WaitPolicy), call.Cancellation).ConfigureAwait(false);
            return new()
            {
                Responses =
                {
                    new ExecuteMultiOperationResponse.Types.Response
                    {
                        StartWorkflow = new() { RunId = outcome!.RunId, FirstExecutionRunId = outcome.FirstRunId, Started = outcome.Started is not null, Status = outcome.Status },
                    },
                    new ExecuteMultiOperationResponse.Types.Response { UpdateWorkflow = answer },
                },
            };
        }
        catch (RpcException error)
        {
            throw outcome is null ? StartFailed(error) : UpdateFailed(error);
        }
    }

    private (StartSpec Spec, Request Update) Prepare(StartWorkflowExecutionRequest start, UpdateWorkflowExecutionRequest wanted)
    {
        StartSpec spec;
        try
        {
            Check.That(start.CronSchedule.Length == 0, "Update-with-start does not go with a cron schedule.");
            Check.That(start.WorkflowStartDelay is null, "Update-with-start does not go with a start delay.");
            Check.That(
                start.WorkflowIdConflictPolicy != WorkflowIdConflictPolicy.Unspecified,
                "Update-with-start needs a conflict policy: say what is to happen when the workflow runs already.");
            spec = StartRequests.ToSpec(Core, start);
        }
        catch (RpcException error)
        {
            throw StartFailed(error);
        }

        try
        {
            var workflowId = wanted.WorkflowExecution?.WorkflowId ?? "";
            Check.That(workflowId == start.WorkflowId, "Both operations of an update-with-start must name the same workflow id.");
            Check.That(wanted.WorkflowExecution!.RunId.Length == 0, "The update of an update-with-start must not name a run.");
            return (spec, UpdateRequests.Check(wanted, Limits));
        }
        catch (RpcException error)
        {
            throw UpdateFailed(error);
        }
    }

    private static RpcException StartFailed(RpcException error) => Failed(error, Status(error), Status(error: null));

    private static RpcException UpdateFailed(RpcException error) => Failed(error, Status(error: null), Status(error));

    private static RpcException Failed(
        RpcException cause, MultiOperationExecutionFailure.Types.OperationStatus start, MultiOperationExecutionFailure.Types.OperationStatus update) =>
        new(cause.Code, $"Update-with-start could not be executed: {cause.Message}", cause, new MultiOperationExecutionFailure { Statuses = { start, update } });

    /// <summary>The status of the operation that failed, or, without an error, of the one that was not carried out because of the other.</summary>
    private static MultiOperationExecutionFailure.Types.OperationStatus Status(RpcException? error)
    {
        if (error is null)
        {
            return new()
            {
                Code = (int)RpcStatusCode.Aborted,
                Message = "Operation was aborted.",
                Details = { new Any { TypeUrl = AbortedType, Value = ByteString.Empty } },
            };
        }

        return new() { Code = (int)error.Code, Message = error.Message, Details = { error.Details.Select(d => d as Any ?? Any.Pack(d)) } };
    }
}
