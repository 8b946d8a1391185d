using Mandate.Interop.Tests.Harness;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Client;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Our own client over gRPC. Its exceptions are told in the words of the TypeScript SDK.</summary>
public sealed class CSharpClient : IClientSide
{
    private readonly Lazy<Task<TemporalClient>> _client;

    private CSharpClient(string address, DataConverter converter) =>
        _client = new(() => TemporalClient.ConnectAsync(new TemporalClientConnectOptions(address) { DataConverter = converter }));

    /// <summary>A client that connects with its first call.</summary>
    public static CSharpClient On(string address, DataConverter? converter = null) => new(address, converter ?? DataConverter.Default);

    public Task<Run> StartAsync(string type, string workflowId, string taskQueue, object?[] input) => TellAsync("start", async client =>
    {
        var handle = await client.StartWorkflowAsync(type, input, new WorkflowOptions(workflowId, taskQueue));
        return new Run(handle.Id, handle.FirstExecutionRunId!);
    });

    public Task<T> ResultAsync<T>(string workflowId) => TellAsync("result", client => client.GetWorkflowHandle(workflowId).GetResultAsync<T>());

    public Task SignalAsync(string workflowId, string name, params object?[] input) =>
        TellAsync("signal", client => Nothing(client.GetWorkflowHandle(workflowId).SignalAsync(name, input)));

    public Task<T> QueryAsync<T>(string workflowId, string name, params object?[] input) =>
        TellAsync("query", client => client.GetWorkflowHandle(workflowId).QueryAsync<T>(name, input));

    public Task<RunDescription> DescribeAsync(string workflowId) => TellAsync("describe", async client =>
    {
        var d = await client.GetWorkflowHandle(workflowId).DescribeAsync();
        var parent = d.ParentId is null ? null : new Run(d.ParentId, d.ParentRunId!);
        return new RunDescription(
            d.WorkflowType, d.Id, d.RunId, Status(d.Status), d.TaskQueue!, d.HistoryLength, new DateTimeOffset(d.StartTime, TimeSpan.Zero),
            d.CloseTime is { } closed ? new DateTimeOffset(closed, TimeSpan.Zero) : null, Memo: null, SearchAttributes: null, parent,
            [.. d.RawDescription.PendingActivities.Select(a => new RunDescription.PendingActivity(a.ActivityId, a.ActivityType.Name, (int)a.State, a.Attempt))],
            [.. d.RawDescription.PendingChildren.Select(c => new RunDescription.PendingChild(c.WorkflowId, c.WorkflowTypeName))]);
    });

    public Task CancelAsync(string workflowId) => TellAsync("cancel", client => Nothing(client.GetWorkflowHandle(workflowId).CancelAsync()));

    public Task TerminateAsync(string workflowId, string reason) => TellAsync("terminate", client => Nothing(client.GetWorkflowHandle(workflowId).TerminateAsync(reason)));

    public Task<History> HistoryAsync(string workflowId, string runId) => TellAsync("history", async client =>
    {
        var history = await client.GetWorkflowHandle(workflowId, runId: runId).FetchHistoryAsync();
        return new History { Events = { history.Events } };
    });

    public async ValueTask DisposeAsync()
    {
        if (_client.IsValueCreated)
            await (await _client.Value).DisposeAsync();
    }

    private static async Task<int> Nothing(Task task)
    {
        await task;
        return 0;
    }

    private static string Status(WorkflowExecutionStatus status) => status switch
    {
        WorkflowExecutionStatus.Running => "RUNNING",
        WorkflowExecutionStatus.Completed => "COMPLETED",
        WorkflowExecutionStatus.Failed => "FAILED",
        WorkflowExecutionStatus.Canceled => "CANCELLED",
        WorkflowExecutionStatus.Terminated => "TERMINATED",
        WorkflowExecutionStatus.ContinuedAsNew => "CONTINUED_AS_NEW",
        WorkflowExecutionStatus.TimedOut => "TIMED_OUT",
        _ => status.ToString(),
    };

    private async Task<T> TellAsync<T>(string operation, Func<TemporalClient, Task<T>> call)
    {
        try
        {
            return await call(await _client.Value);
        }
        catch (Exception e) when (e is TemporalException or RpcException)
        {
            throw new SdkException(operation, Describe(e));
        }
    }

    private static SdkError Describe(Exception e)
    {
        var name = e switch
        {
            WorkflowFailedException => "WorkflowFailedError",
            WorkflowQueryFailedException => "QueryNotRegisteredError",
            WorkflowAlreadyStartedException => "WorkflowExecutionAlreadyStartedError",
            RpcException { Code: RpcStatusCode.NotFound } => "WorkflowNotFoundError",
            ApplicationFailureException => "ApplicationFailure",
            ChildWorkflowFailureException => "ChildWorkflowFailure",
            ActivityFailureException => "ActivityFailure",
            CanceledFailureException => "CancelledFailure",
            TerminatedFailureException => "TerminatedFailure",
            TimeoutFailureException => "TimeoutFailure",
            _ => e.GetType().Name,
        };
        var application = e as ApplicationFailureException;
        return new SdkError(
            name, e.Message, e is RpcException rpc ? (int)rpc.Code : null, application?.ErrorType, application?.NonRetryable, (e as ActivityFailureException)?.ActivityType,
            (e as ChildWorkflowFailureException)?.WorkflowType, RetryState: null, TimeoutType: null, e.StackTrace, e.InnerException is { } inner ? Describe(inner) : null);
    }
}
