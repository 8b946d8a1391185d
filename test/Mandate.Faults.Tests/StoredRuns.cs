using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Testing;

namespace Mandate.Faults.Tests;

/// <summary>Whether an engine still does its work, and whether what it stored is whole.</summary>
internal static class StoredRuns
{
    /// <summary>Starts a run on a queue of its own and takes it to its end.</summary>
    public static async Task CompleteOneAsync(RpcHandler handler, string name)
    {
        await handler.CallAsync<StartWorkflowExecutionResponse>(new StartWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowId = name,
            WorkflowType = new() { Name = name },
            TaskQueue = new() { Name = name },
            RequestId = name,
        }).WithinLimit();
        PollWorkflowTaskQueueResponse task;
        do
            task = await handler.CallAsync<PollWorkflowTaskQueueResponse>(new PollWorkflowTaskQueueRequest { Namespace = "default", TaskQueue = new() { Name = name } }).WithinLimit();
        while (task.TaskToken.IsEmpty);
        var done = new Command { CommandType = CommandType.CompleteWorkflowExecution, CompleteWorkflowExecutionCommandAttributes = new() };
        await handler.CallAsync<RespondWorkflowTaskCompletedResponse>(new RespondWorkflowTaskCompletedRequest { TaskToken = task.TaskToken, Commands = { done } }).WithinLimit();
        var described = await handler.CallAsync<DescribeWorkflowExecutionResponse>(
            new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = new() { WorkflowId = name } }).WithinLimit();
        described.WorkflowExecutionInfo.Status.ShouldBe(WorkflowExecutionStatus.Completed);
    }

    /// <summary>Every history has the events 1 to n, with at least the first.</summary>
    /// <returns>How many runs there are.</returns>
    public static async Task<int> CheckAsync(RpcHandler handler)
    {
        var runs = 0;
        var token = ByteString.Empty;
        do
        {
            var page = await handler.CallAsync<ListWorkflowExecutionsResponse>(
                new ListWorkflowExecutionsRequest { Namespace = "default", PageSize = 1_000, NextPageToken = token }).WithinLimit();
            foreach (var run in page.Executions)
                await CheckAsync(handler, run.Execution);
            runs += page.Executions.Count;
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
        return runs;
    }

    /// <summary>Runs that are open, with their last events and what is pending; so many of them.</summary>
    public static async Task<IReadOnlyList<string>> OpenAsync(RpcHandler handler, int count)
    {
        var page = await handler.CallAsync<ListWorkflowExecutionsResponse>(
            new ListWorkflowExecutionsRequest { Namespace = "default", PageSize = count, Query = "ExecutionStatus = 'Running'" }).WithinLimit();
        var open = new List<string>();
        foreach (var run in page.Executions)
        {
            var history = await handler.CallAsync<GetWorkflowExecutionHistoryReverseResponse>(
                new GetWorkflowExecutionHistoryReverseRequest { Namespace = "default", Execution = run.Execution, MaximumPageSize = 8 }).WithinLimit();
            var described = await handler.CallAsync<DescribeWorkflowExecutionResponse>(new DescribeWorkflowExecutionRequest { Namespace = "default", Execution = run.Execution }).WithinLimit();
            open.Add($"{run.Execution.WorkflowId}: {string.Join(" < ", history.History.Events.Take(8).Select(e => $"{e.EventId} {e.EventType} {e.EventTime.ToDateTime():HH:mm:ss.fff}"))}; "
                + $"task {described.PendingWorkflowTask}; activities {described.PendingActivities}; children {described.PendingChildren}");
        }

        return open;
    }

    private static async Task CheckAsync(RpcHandler handler, WorkflowExecution run)
    {
        long last = 0;
        var token = ByteString.Empty;
        do
        {
            var page = await handler.CallAsync<GetWorkflowExecutionHistoryResponse>(
                new GetWorkflowExecutionHistoryRequest { Namespace = "default", Execution = run, NextPageToken = token }).WithinLimit();
            foreach (var e in page.History.Events)
                e.EventId.ShouldBe(++last, $"event ids of {run.WorkflowId}/{run.RunId} are 1, 2, 3, …");
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
        last.ShouldBePositive();
    }
}
