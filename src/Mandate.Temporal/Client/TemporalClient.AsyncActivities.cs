using Google.Protobuf;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Interceptors;

namespace Mandate.Temporal.Client;

/// <content>Calls about activities that are completed by a client.</content>
public sealed partial class TemporalClient
{
    private sealed partial class Root
    {
        public override async Task HeartbeatAsyncActivityAsync(HeartbeatAsyncActivityInput input)
        {
            var rpc = input.Options?.Rpc;
            var details = await Converter.ToPayloadsAsync(input.Options?.Details, Token(rpc)).ConfigureAwait(false);
            bool canceled;
            if (input.Activity is AsyncActivityHandle.Reference.Ids ids)
            {
                var response = await client.Calls.CallAsync<RecordActivityTaskHeartbeatByIdResponse>(
                    new RecordActivityTaskHeartbeatByIdRequest
                    {
                        Namespace = Namespace,
                        WorkflowId = ids.WorkflowId,
                        RunId = ids.RunId ?? "",
                        ActivityId = ids.ActivityId,
                        Details = details,
                        Identity = Identity,
                    },
                    rpc).ConfigureAwait(false);
                canceled = response.CancelRequested;
            }
            else
            {
                var response = await client.Calls.CallAsync<RecordActivityTaskHeartbeatResponse>(
                    new RecordActivityTaskHeartbeatRequest { Namespace = Namespace, TaskToken = TaskToken(input.Activity), Details = details, Identity = Identity },
                    rpc).ConfigureAwait(false);
                canceled = response.CancelRequested;
            }

            if (canceled)
                throw new AsyncActivityCanceledException();
        }

        public override async Task CompleteAsyncActivityAsync(CompleteAsyncActivityInput input)
        {
            var rpc = input.Options?.Rpc;
            var result = await Converter.ToPayloadsAsync([input.Result], Token(rpc)).ConfigureAwait(false);
            if (input.Activity is AsyncActivityHandle.Reference.Ids ids)
            {
                await client.Calls.CallAsync<RespondActivityTaskCompletedByIdResponse>(
                    new RespondActivityTaskCompletedByIdRequest
                    {
                        Namespace = Namespace,
                        WorkflowId = ids.WorkflowId,
                        RunId = ids.RunId ?? "",
                        ActivityId = ids.ActivityId,
                        Result = result,
                        Identity = Identity,
                    },
                    rpc).ConfigureAwait(false);
                return;
            }

            await client.Calls.CallAsync<RespondActivityTaskCompletedResponse>(
                new RespondActivityTaskCompletedRequest { Namespace = Namespace, TaskToken = TaskToken(input.Activity), Result = result, Identity = Identity },
                rpc).ConfigureAwait(false);
        }

        public override async Task FailAsyncActivityAsync(FailAsyncActivityInput input)
        {
            var rpc = input.Options?.Rpc;
            var failure = await Converter.ToFailureAsync(input.Exception, Token(rpc)).ConfigureAwait(false);
            var details = await Converter.ToPayloadsAsync(input.Options?.LastHeartbeatDetails, Token(rpc)).ConfigureAwait(false);
            if (input.Activity is AsyncActivityHandle.Reference.Ids ids)
            {
                await client.Calls.CallAsync<RespondActivityTaskFailedByIdResponse>(
                    new RespondActivityTaskFailedByIdRequest
                    {
                        Namespace = Namespace,
                        WorkflowId = ids.WorkflowId,
                        RunId = ids.RunId ?? "",
                        ActivityId = ids.ActivityId,
                        Failure = failure,
                        LastHeartbeatDetails = details,
                        Identity = Identity,
                    },
                    rpc).ConfigureAwait(false);
                return;
            }

            await client.Calls.CallAsync<RespondActivityTaskFailedResponse>(
                new RespondActivityTaskFailedRequest
                {
                    Namespace = Namespace,
                    TaskToken = TaskToken(input.Activity),
                    Failure = failure,
                    LastHeartbeatDetails = details,
                    Identity = Identity,
                },
                rpc).ConfigureAwait(false);
        }

        public override async Task ReportCancellationAsyncActivityAsync(ReportCancellationAsyncActivityInput input)
        {
            var rpc = input.Options?.Rpc;
            var details = await Converter.ToPayloadsAsync(input.Options?.Details, Token(rpc)).ConfigureAwait(false);
            if (input.Activity is AsyncActivityHandle.Reference.Ids ids)
            {
                await client.Calls.CallAsync<RespondActivityTaskCanceledByIdResponse>(
                    new RespondActivityTaskCanceledByIdRequest
                    {
                        Namespace = Namespace,
                        WorkflowId = ids.WorkflowId,
                        RunId = ids.RunId ?? "",
                        ActivityId = ids.ActivityId,
                        Details = details,
                        Identity = Identity,
                    },
                    rpc).ConfigureAwait(false);
                return;
            }

            await client.Calls.CallAsync<RespondActivityTaskCanceledResponse>(
                new RespondActivityTaskCanceledRequest { Namespace = Namespace, TaskToken = TaskToken(input.Activity), Details = details, Identity = Identity },
                rpc).ConfigureAwait(false);
        }

        private static ByteString TaskToken(AsyncActivityHandle.Reference activity) => ByteString.CopyFrom(((AsyncActivityHandle.Reference.Token)activity).TaskToken.Span);
    }
}
