namespace Mandate.Engine.Frontend;

/// <summary>The RPCs this engine answers. What is not here is refused as unknown.</summary>
internal static class Endpoints
{
    public static IEnumerable<Endpoint> All(EngineCore core) =>
    [
        new GetSystemInfo(core),
        new GetClusterInfo(core),
        new DescribeNamespace(core),
        new StartWorkflowExecution(core),
        new SignalWithStartWorkflowExecution(core),
        new SignalWorkflowExecution(core),
        new QueryWorkflow(core),
        new UpdateWorkflowExecution(core),
        new PollWorkflowExecutionUpdate(core),
        new ExecuteMultiOperation(core),
        new RequestCancelWorkflowExecution(core),
        new TerminateWorkflowExecution(core),
        new DescribeWorkflowExecution(core),
        new GetWorkflowExecutionHistory(core),
        new PollWorkflowTaskQueue(core),
        new RespondWorkflowTaskCompleted(core),
        new RespondWorkflowTaskFailed(core),
        new RespondQueryTaskCompleted(core),
        new PollActivityTaskQueue(core),
        new RespondActivityTaskCompleted(core),
        new RespondActivityTaskFailed(core),
        new RespondActivityTaskCanceled(core),
        new RecordActivityTaskHeartbeat(core),
        new RespondActivityTaskCompletedById(core),
        new RespondActivityTaskFailedById(core),
        new RespondActivityTaskCanceledById(core),
        new RecordActivityTaskHeartbeatById(core),
        new ShutdownWorker(core),
        new ResetStickyTaskQueue(core),
        new GetWorkflowExecutionHistoryReverse(core),
        new DescribeTaskQueue(core),
        new ListWorkflowExecutions(core),
        new CountWorkflowExecutions(core),
        new AddSearchAttributes(core),
        new RemoveSearchAttributes(core),
        new ListSearchAttributes(core),
        new RegisterNamespace(core),
        new UpdateNamespace(core),
        new ListNamespaces(core),
        new DeleteWorkflowExecution(core),
    ];
}
