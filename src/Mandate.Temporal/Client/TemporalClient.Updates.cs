using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Interceptors;

namespace Mandate.Temporal.Client;

/// <content>Updates.</content>
public sealed partial class TemporalClient
{
    private sealed partial class Root
    {
        public override async Task<WorkflowUpdateHandle<TResult>> StartWorkflowUpdateAsync<TResult>(StartWorkflowUpdateInput input)
        {
            CheckStage(input.Options.WaitForStage);
            var request = new UpdateWorkflowExecutionRequest
            {
                Namespace = Namespace,
                WorkflowExecution = Execution(input.Id, input.RunId),
                FirstExecutionRunId = input.FirstExecutionRunId ?? "",
                WaitPolicy = new() { LifecycleStage = (UpdateWorkflowExecutionLifecycleStage)input.Options.WaitForStage },
                Request = await UpdateRequestAsync(input.Update, input.Args, input.Options, input.Headers).ConfigureAwait(false),
            };

            // The server answers after 20 s at the latest with the stage reached by then; the same update id asks again without sending it twice.
            while (true)
            {
                var response = await client.Calls.CallAsync<UpdateWorkflowExecutionResponse>(request, input.Options.Rpc, LongPollTimeout).ConfigureAwait(false);
                if (Reached(response.Stage, input.Options.WaitForStage) || response.Outcome is not null)
                    return Handle<TResult>(request.Request.Meta.UpdateId, input.Id, response.UpdateRef, response.Outcome, input.RunId);
            }
        }

        public override async Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(StartUpdateWithStartWorkflowInput input)
        {
            CheckStage(input.Options.WaitForStage);
            var start = input.Options.Start;
            if (start.IdConflictPolicy == WorkflowIdConflictPolicy.Unspecified)
                throw new ArgumentException("Update with start needs an IdConflictPolicy: what to do when the workflow runs already.", nameof(input));
            var startRequest = await StartRequestAsync(input.Options.Workflow, input.Options.Args, start, input.StartHeaders).ConfigureAwait(false);
            var updateRequest = new UpdateWorkflowExecutionRequest
            {
                Namespace = Namespace,
                WorkflowExecution = Execution(startRequest.WorkflowId, null),
                WaitPolicy = new() { LifecycleStage = (UpdateWorkflowExecutionLifecycleStage)input.Options.WaitForStage },
                Request = await UpdateRequestAsync(input.Update, input.Args, input.Options, input.Headers).ConfigureAwait(false),
            };
            var request = new ExecuteMultiOperationRequest
            {
                Namespace = Namespace,
                Operations = { new ExecuteMultiOperationRequest.Types.Operation { StartWorkflow = startRequest }, new ExecuteMultiOperationRequest.Types.Operation { UpdateWorkflow = updateRequest } },
            };
            while (true)
            {
                var response = await client.Calls.CallAsync<ExecuteMultiOperationResponse>(request, input.Options.Rpc, LongPollTimeout).ConfigureAwait(false);
                var update = response.Responses[1].UpdateWorkflow;
                if (Reached(update.Stage, input.Options.WaitForStage) || update.Outcome is not null)
                    return Handle<TUpdateResult>(updateRequest.Request.Meta.UpdateId, startRequest.WorkflowId, update.UpdateRef, update.Outcome, response.Responses[0].StartWorkflow?.RunId);
            }
        }

        private static void CheckStage(WorkflowUpdateStage stage)
        {
            if (stage is not (WorkflowUpdateStage.Accepted or WorkflowUpdateStage.Completed))
                throw new ArgumentException($"An update can wait until it is accepted or completed, not for {stage}.", nameof(stage));
        }

        private static bool Reached(UpdateWorkflowExecutionLifecycleStage stage, WorkflowUpdateStage wanted) => (int)stage >= (int)wanted;

        private WorkflowUpdateHandle<TResult> Handle<TResult>(string updateId, string workflowId, UpdateRef? reference, Outcome? outcome, string? runId) => new(
            client,
            updateId,
            workflowId,
            reference?.WorkflowExecution?.RunId is { Length: > 0 } known ? known : runId,
            outcome);

        private async Task<Request> UpdateRequestAsync(string update, IReadOnlyCollection<object?> args, WorkflowUpdateOptions options, IReadOnlyDictionary<string, Payload>? headers) => new()
        {
            Meta = new() { UpdateId = options.Id ?? NewId(), Identity = Identity },
            Input = new()
            {
                Name = update,
                Args = await Converter.ToPayloadsAsync(args, Token(options.Rpc)).ConfigureAwait(false),
                Header = await Converter.ToHeaderAsync(headers, Token(options.Rpc)).ConfigureAwait(false),
            },
        };
    }
}
