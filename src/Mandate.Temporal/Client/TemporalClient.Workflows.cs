using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.Sdk.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Interceptors;

namespace Mandate.Temporal.Client;

/// <content>Calls about workflows: the end of the interceptor chain.</content>
public sealed partial class TemporalClient
{
    private sealed partial class Root(TemporalClient client) : ClientOutboundInterceptor
    {
        // Long polls are answered after 20 s at the latest.
        private static readonly TimeSpan LongPollTimeout = TimeSpan.FromSeconds(70);

        private DataConverter Converter => client.Options.DataConverter;

        private string Namespace => client.Options.Namespace;

        private string Identity => client.Options.Identity;

        public override async Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input)
        {
            var options = input.Options;
            var runId = options.StartSignal is null
                ? await StartAsync(input).ConfigureAwait(false)
                : await SignalWithStartAsync(input).ConfigureAwait(false);
            return new(client, options.Id!, RunId: null, ResultRunId: runId, FirstExecutionRunId: runId);
        }

        public override Task SignalWorkflowAsync(SignalWorkflowInput input) => SignalAsync(input);

        public override async Task<TResult> QueryWorkflowAsync<TResult>(QueryWorkflowInput input)
        {
            var cancellation = Token(input.Options?.Rpc);
            var request = new QueryWorkflowRequest
            {
                Namespace = Namespace,
                Execution = Execution(input.Id, input.RunId),
                Query = new()
                {
                    QueryType = input.Query,
                    QueryArgs = await Converter.ToPayloadsAsync(input.Args, cancellation).ConfigureAwait(false),
                    Header = await Converter.ToHeaderAsync(input.Headers, cancellation).ConfigureAwait(false),
                },
                QueryRejectCondition = input.Options?.RejectCondition ?? client.Options.QueryRejectCondition ?? QueryRejectCondition.None,
            };
            QueryWorkflowResponse response;
            try
            {
                response = await client.Calls.CallAsync<QueryWorkflowResponse>(request, input.Options?.Rpc).ConfigureAwait(false);
            }
            catch (RpcException e) when (e.Details.OfType<QueryFailedFailure>().FirstOrDefault() is { } failed)
            {
                var inner = failed.Failure is null ? null : await Converter.ToExceptionAsync(failed.Failure, cancellation).ConfigureAwait(false);
                throw new WorkflowQueryFailedException(e.Message, inner);
            }

            if (response.QueryRejected is { } rejected)
                throw new WorkflowQueryRejectedException(rejected.Status);
            return typeof(TResult) == typeof(ValueTuple)
                ? default!
                : await Converter.ToSingleValueAsync<TResult>(response.QueryResult, cancellation).ConfigureAwait(false);
        }

        public override async Task<WorkflowExecutionDescription> DescribeWorkflowAsync(DescribeWorkflowInput input)
        {
            var response = await client.Calls.CallAsync<DescribeWorkflowExecutionResponse>(
                new DescribeWorkflowExecutionRequest { Namespace = Namespace, Execution = Execution(input.Id, input.RunId) },
                input.Options?.Rpc).ConfigureAwait(false);
            return new(response, Converter);
        }

        public override Task CancelWorkflowAsync(CancelWorkflowInput input) => client.Calls.CallAsync<RequestCancelWorkflowExecutionResponse>(
            new RequestCancelWorkflowExecutionRequest
            {
                Namespace = Namespace,
                WorkflowExecution = Execution(input.Id, input.RunId),
                FirstExecutionRunId = input.FirstExecutionRunId ?? "",
                Identity = Identity,
                RequestId = NewId(),
                Reason = input.Options?.Reason ?? "",
            },
            input.Options?.Rpc);

        public override async Task TerminateWorkflowAsync(TerminateWorkflowInput input) => await client.Calls.CallAsync<TerminateWorkflowExecutionResponse>(
            new TerminateWorkflowExecutionRequest
            {
                Namespace = Namespace,
                WorkflowExecution = Execution(input.Id, input.RunId),
                FirstExecutionRunId = input.FirstExecutionRunId ?? "",
                Identity = Identity,
                Reason = input.Reason ?? "",
                Details = await Converter.ToPayloadsAsync(input.Options?.Details, Token(input.Options?.Rpc)).ConfigureAwait(false),
            },
            input.Options?.Rpc).ConfigureAwait(false);

        public override async Task<WorkflowHistoryEventPage> FetchWorkflowHistoryEventPageAsync(FetchWorkflowHistoryEventPageInput input)
        {
            var request = new GetWorkflowExecutionHistoryRequest
            {
                Namespace = Namespace,
                Execution = Execution(input.Id, input.RunId),
                MaximumPageSize = input.PageSize ?? 0,
                NextPageToken = input.NextPageToken is { } token ? ByteString.CopyFrom(token) : ByteString.Empty,
                WaitNewEvent = input.WaitNewEvent,
                HistoryEventFilterType = input.EventFilterType,
                SkipArchival = input.SkipArchival,
            };
            var response = await client.Calls.CallAsync<GetWorkflowExecutionHistoryResponse>(request, input.Rpc, input.WaitNewEvent ? LongPollTimeout : null).ConfigureAwait(false);
            return new(
                response.History?.Events is { } events ? events : [],
                response.NextPageToken.IsEmpty ? null : response.NextPageToken.ToByteArray());
        }

        public override async IAsyncEnumerable<WorkflowExecution> ListWorkflowsAsync(ListWorkflowsInput input)
        {
            var left = input.Options?.Limit ?? int.MaxValue;
            var token = ByteString.Empty;
            do
            {
                var response = await client.Calls.CallAsync<ListWorkflowExecutionsResponse>(
                    new ListWorkflowExecutionsRequest { Namespace = Namespace, Query = input.Query, PageSize = input.Options?.PageSize ?? 0, NextPageToken = token },
                    input.Options?.Rpc).ConfigureAwait(false);
                foreach (var info in response.Executions)
                {
                    if (left-- <= 0)
                        yield break;
                    yield return new(info, Converter);
                }

                token = response.NextPageToken;
            }
            while (!token.IsEmpty);
        }

        public override async Task<WorkflowExecutionCount> CountWorkflowsAsync(CountWorkflowsInput input)
        {
            var response = await client.Calls.CallAsync<CountWorkflowExecutionsResponse>(
                new CountWorkflowExecutionsRequest { Namespace = Namespace, Query = input.Query },
                input.Options?.Rpc).ConfigureAwait(false);
            return new(
                response.Count,
                [.. response.Groups.Select(g => new WorkflowExecutionCount.AggregationGroup(
                    g.Count,
                    [.. g.GroupValues.Select(v => Common.SearchAttributePayloads.TryRead("group", v, out _, out var value) ? value : v)]))]);
        }

#pragma warning disable RS0030 // A client runs outside workflows.
        private static string NewId() => Guid.NewGuid().ToString();
#pragma warning restore RS0030

        private static CancellationToken Token(RpcOptions? rpc) => rpc?.CancellationToken ?? default;

        private static Protocol.Api.Common.V1.WorkflowExecution Execution(string id, string? runId) => new() { WorkflowId = id, RunId = runId ?? "" };

        private static Duration? ToDuration(TimeSpan? value) => value is { } v ? Duration.FromTimeSpan(v) : null;

        private async Task<StartWorkflowExecutionRequest> StartRequestAsync(string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options, IReadOnlyDictionary<string, Payload>? headers)
        {
            var cancellation = Token(options.Rpc);
            return new StartWorkflowExecutionRequest
            {
                Namespace = Namespace,
                WorkflowId = options.Id is { Length: > 0 } id ? id : throw new ArgumentException("A workflow needs an id.", nameof(options)),
                WorkflowType = new() { Name = workflow },
                TaskQueue = new() { Name = options.TaskQueue is { Length: > 0 } queue ? queue : throw new ArgumentException("A workflow needs a task queue.", nameof(options)) },
                Input = await Converter.ToPayloadsAsync(args, cancellation).ConfigureAwait(false),
                WorkflowExecutionTimeout = ToDuration(options.ExecutionTimeout),
                WorkflowRunTimeout = ToDuration(options.RunTimeout),
                WorkflowTaskTimeout = ToDuration(options.TaskTimeout),
                Identity = Identity,
                RequestId = options.RequestId ?? NewId(),
                WorkflowIdReusePolicy = options.IdReusePolicy,
                WorkflowIdConflictPolicy = options.IdConflictPolicy,
                RetryPolicy = options.RetryPolicy?.ToProto(),
                CronSchedule = options.CronSchedule ?? "",
                Memo = await MemoAsync(options, cancellation).ConfigureAwait(false),
                SearchAttributes = options.TypedSearchAttributes is { Count: > 0 } attributes ? attributes.ToProto() : null,
                Header = await Converter.ToHeaderAsync(headers, cancellation).ConfigureAwait(false),
                WorkflowStartDelay = ToDuration(options.StartDelay),
                UserMetadata = await MetadataAsync(options, cancellation).ConfigureAwait(false),
                Priority = options.Priority?.ToProto(),
            };
        }

        private async Task<string> StartAsync(StartWorkflowInput input)
        {
            var request = await StartRequestAsync(input.Workflow, input.Args, input.Options, input.Headers).ConfigureAwait(false);
            try
            {
                var response = await client.Calls.CallAsync<StartWorkflowExecutionResponse>(request, input.Options.Rpc).ConfigureAwait(false);
                return response.RunId;
            }
            catch (RpcException e) when (e.Code == RpcStatusCode.AlreadyExists)
            {
                throw AlreadyStarted(e, input);
            }
        }

        private async Task<string> SignalWithStartAsync(StartWorkflowInput input)
        {
            var start = await StartRequestAsync(input.Workflow, input.Args, input.Options, input.Headers).ConfigureAwait(false);
            var request = new SignalWithStartWorkflowExecutionRequest
            {
                Namespace = start.Namespace,
                WorkflowId = start.WorkflowId,
                WorkflowType = start.WorkflowType,
                TaskQueue = start.TaskQueue,
                Input = start.Input,
                WorkflowExecutionTimeout = start.WorkflowExecutionTimeout,
                WorkflowRunTimeout = start.WorkflowRunTimeout,
                WorkflowTaskTimeout = start.WorkflowTaskTimeout,
                Identity = start.Identity,
                RequestId = start.RequestId,
                WorkflowIdReusePolicy = start.WorkflowIdReusePolicy,
                WorkflowIdConflictPolicy = start.WorkflowIdConflictPolicy,
                RetryPolicy = start.RetryPolicy,
                CronSchedule = start.CronSchedule,
                Memo = start.Memo,
                SearchAttributes = start.SearchAttributes,
                Header = start.Header,
                WorkflowStartDelay = start.WorkflowStartDelay,
                UserMetadata = start.UserMetadata,
                Priority = start.Priority,
                SignalName = input.Options.StartSignal,
                SignalInput = await Converter.ToPayloadsAsync(input.Options.StartSignalArgs, Token(input.Options.Rpc)).ConfigureAwait(false),
            };
            try
            {
                var response = await client.Calls.CallAsync<SignalWithStartWorkflowExecutionResponse>(request, input.Options.Rpc).ConfigureAwait(false);
                return response.RunId;
            }
            catch (RpcException e) when (e.Code == RpcStatusCode.AlreadyExists)
            {
                throw AlreadyStarted(e, input);
            }
        }

        private static WorkflowAlreadyStartedException AlreadyStarted(RpcException e, StartWorkflowInput input) =>
            new(e.Message, input.Options.Id!, input.Workflow, e.Details.OfType<WorkflowExecutionAlreadyStartedFailure>().FirstOrDefault()?.RunId ?? "");

        private async Task SignalAsync(SignalWorkflowInput input) => await client.Calls.CallAsync<SignalWorkflowExecutionResponse>(
            new SignalWorkflowExecutionRequest
            {
                Namespace = Namespace,
                WorkflowExecution = Execution(input.Id, input.RunId),
                SignalName = input.Signal,
                Input = await Converter.ToPayloadsAsync(input.Args, Token(input.Options?.Rpc)).ConfigureAwait(false),
                Identity = Identity,
                RequestId = input.Options?.RequestId ?? NewId(),
                Header = await Converter.ToHeaderAsync(input.Headers, Token(input.Options?.Rpc)).ConfigureAwait(false),
            },
            input.Options?.Rpc).ConfigureAwait(false);

        private async Task<Memo?> MemoAsync(WorkflowOptions options, CancellationToken cancellation)
        {
            if (options.Memo is not { Count: > 0 } values)
                return null;
            var memo = new Memo();
            foreach (var (key, value) in values)
                memo.Fields[key] = await Converter.ToPayloadAsync(value, cancellation).ConfigureAwait(false);
            return memo;
        }

        private async Task<UserMetadata?> MetadataAsync(WorkflowOptions options, CancellationToken cancellation) => options.StaticSummary is null && options.StaticDetails is null
            ? null
            : new UserMetadata
            {
                Summary = options.StaticSummary is null ? null : await Converter.ToPayloadAsync(options.StaticSummary, cancellation).ConfigureAwait(false),
                Details = options.StaticDetails is null ? null : await Converter.ToPayloadAsync(options.StaticDetails, cancellation).ConfigureAwait(false),
            };
    }
}
