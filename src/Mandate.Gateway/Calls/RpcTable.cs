using System.Collections.Frozen;
using Google.Protobuf;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Health.V1;
using Mandate.Protocol.Api.OperatorService.V1;
using Mandate.Protocol.Api.TaskQueue.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Calls;

/// <summary>Every RPC of the contract: its group, what the ledger hears of it, and how its request is read. An RPC that is not here is refused.</summary>
internal static class RpcTable
{
    private static readonly FrozenDictionary<RpcMethod, RpcEntry> Entries = All().ToFrozenDictionary(e => e.Method);

    /// <summary>The RPCs it knows.</summary>
    public static IReadOnlyCollection<RpcEntry> Known => Entries.Values;

    /// <summary>The line of an RPC; null for one nobody has classified.</summary>
    public static RpcEntry? Find(RpcMethod method) => Entries.GetValueOrDefault(method);

    private static RpcEntry[] All() =>
    [
        On<HealthCheckRequest>(RpcGroup.Open, RpcRecording.Denials, "service.health", "check", "service", _ => new()),
        On<GetSystemInfoRequest>(RpcGroup.Open, RpcRecording.Denials, "service.read", "read", "service", _ => new()),
        On<GetClusterInfoRequest>(RpcGroup.Open, RpcRecording.Denials, "service.read", "read", "service", _ => new()),

        On<DescribeNamespaceRequest>(RpcGroup.Namespace, RpcRecording.Denials, "namespace.read", "read", "namespace", r => Namespace(r.Namespace) with { Subject = r.Namespace.Length > 0 ? r.Namespace : r.Id }),
        On<DescribeTaskQueueRequest>(RpcGroup.Namespace, RpcRecording.Denials, "task-queue.read", "read", "task-queue", r => Queue(r.Namespace, r.TaskQueue)),
        On<ListSearchAttributesRequest>(RpcGroup.Namespace, RpcRecording.Denials, "search-attributes.read", "read", "namespace", r => Namespace(r.Namespace)),

        On<StartWorkflowExecutionRequest>(RpcGroup.Start, RpcRecording.BeforeAndAfter, "execution.start", "start", "execution", StartFacts),
        On<SignalWithStartWorkflowExecutionRequest>(RpcGroup.Start, RpcRecording.BeforeAndAfter, "execution.start", "signal-with-start", "execution", r => new()
        {
            Namespace = r.Namespace, WorkflowId = r.WorkflowId, WorkflowType = r.WorkflowType?.Name ?? "", TaskQueue = r.TaskQueue?.Name ?? "", Identity = r.Identity,
            Message = WorkflowMessageKind.Signal, MessageName = r.SignalName,
        }),
        On<ExecuteMultiOperationRequest>(RpcGroup.Start, RpcRecording.BeforeAndAfter, "execution.start", "update-with-start", "execution", MultiFacts),

        On<SignalWorkflowExecutionRequest>(RpcGroup.Message, RpcRecording.BeforeAndAfter, "execution.signal", "signal", "execution", r =>
            Run(r.Namespace, r.WorkflowExecution) with { Message = WorkflowMessageKind.Signal, MessageName = r.SignalName, Identity = r.Identity }),
        On<UpdateWorkflowExecutionRequest>(RpcGroup.Message, RpcRecording.BeforeAndAfter, "execution.update", "update", "execution", UpdateFacts),
        On<RequestCancelWorkflowExecutionRequest>(RpcGroup.Message, RpcRecording.BeforeAndAfter, "execution.cancel", "cancel", "execution", r =>
            Run(r.Namespace, r.WorkflowExecution) with { Message = WorkflowMessageKind.Cancel, Identity = r.Identity }),
        On<TerminateWorkflowExecutionRequest>(RpcGroup.Message, RpcRecording.BeforeAndAfter, "execution.terminate", "terminate", "execution", r =>
            Run(r.Namespace, r.WorkflowExecution) with { Message = WorkflowMessageKind.Terminate, Identity = r.Identity }),
        On<DeleteWorkflowExecutionRequest>(RpcGroup.Message, RpcRecording.BeforeAndAfter, "execution.delete", "delete", "execution", r => Run(r.Namespace, r.WorkflowExecution)),
        On<ResetWorkflowExecutionRequest>(RpcGroup.Message, RpcRecording.BeforeAndAfter, "execution.reset", "reset", "execution", r => Run(r.Namespace, r.WorkflowExecution) with { Identity = r.Identity }),

        On<QueryWorkflowRequest>(RpcGroup.Read, RpcRecording.Once, "execution.query", "query", "execution", r =>
            Run(r.Namespace, r.Execution) with { Message = WorkflowMessageKind.Query, MessageName = r.Query?.QueryType ?? "" }),
        On<DescribeWorkflowExecutionRequest>(RpcGroup.Read, RpcRecording.Once, "execution.read", "describe", "execution", r => Run(r.Namespace, r.Execution)),
        On<GetWorkflowExecutionHistoryRequest>(RpcGroup.Read, RpcRecording.Once, "execution.read", "read-history", "execution", r => Run(r.Namespace, r.Execution) with { Continues = !r.NextPageToken.IsEmpty }),
        On<GetWorkflowExecutionHistoryReverseRequest>(RpcGroup.Read, RpcRecording.Once, "execution.read", "read-history", "execution", r =>
            Run(r.Namespace, r.Execution) with { Continues = !r.NextPageToken.IsEmpty }),
        On<PollWorkflowExecutionUpdateRequest>(RpcGroup.Read, RpcRecording.Once, "execution.read", "read-update", "execution", r => Run(r.Namespace, r.UpdateRef?.WorkflowExecution) with { Identity = r.Identity }),

        On<ListWorkflowExecutionsRequest>(RpcGroup.List, RpcRecording.Once, "execution.list", "list", "namespace", r => Namespace(r.Namespace) with { Continues = !r.NextPageToken.IsEmpty }),
        On<CountWorkflowExecutionsRequest>(RpcGroup.List, RpcRecording.Once, "execution.list", "count", "namespace", r => Namespace(r.Namespace)),

        On<PollWorkflowTaskQueueRequest>(RpcGroup.Poll, RpcRecording.Denials, "task.poll", "poll-workflow-tasks", "task-queue", r => Queue(r.Namespace, r.TaskQueue) with { Identity = r.Identity }),
        On<PollActivityTaskQueueRequest>(RpcGroup.Poll, RpcRecording.Denials, "task.poll", "poll-activity-tasks", "task-queue", r => Queue(r.Namespace, r.TaskQueue) with { Identity = r.Identity }),

        On<RespondWorkflowTaskCompletedRequest>(RpcGroup.Task, RpcRecording.Denials, "task.answer", "complete-workflow-task", "execution", r => Namespace(r.Namespace) with { Identity = r.Identity }),
        On<RespondWorkflowTaskFailedRequest>(RpcGroup.Task, RpcRecording.Denials, "task.answer", "fail-workflow-task", "execution", r => Namespace(r.Namespace) with { Identity = r.Identity }),
        On<RespondQueryTaskCompletedRequest>(RpcGroup.Task, RpcRecording.Denials, "task.answer", "answer-query", "execution", r => Namespace(r.Namespace)),
        On<RecordActivityTaskHeartbeatRequest>(RpcGroup.Task, RpcRecording.Denials, "task.answer", "heartbeat", "execution", r => Namespace(r.Namespace) with { Identity = r.Identity }),
        On<RespondActivityTaskCompletedRequest>(RpcGroup.Task, RpcRecording.Denials, "task.answer", "complete-activity", "execution", r => Namespace(r.Namespace) with { Identity = r.Identity }),
        On<RespondActivityTaskFailedRequest>(RpcGroup.Task, RpcRecording.Denials, "task.answer", "fail-activity", "execution", r => Namespace(r.Namespace) with { Identity = r.Identity }),
        On<RespondActivityTaskCanceledRequest>(RpcGroup.Task, RpcRecording.Denials, "task.answer", "cancel-activity", "execution", r => Namespace(r.Namespace) with { Identity = r.Identity }),

        On<RecordActivityTaskHeartbeatByIdRequest>(RpcGroup.Activity, RpcRecording.Denials, "activity.answer", "heartbeat", "execution", r => Run(r.Namespace, r.WorkflowId, r.RunId) with { Identity = r.Identity }),
        On<RespondActivityTaskCompletedByIdRequest>(RpcGroup.Activity, RpcRecording.Denials, "activity.answer", "complete-activity", "execution", r =>
            Run(r.Namespace, r.WorkflowId, r.RunId) with { Identity = r.Identity }),
        On<RespondActivityTaskFailedByIdRequest>(RpcGroup.Activity, RpcRecording.Denials, "activity.answer", "fail-activity", "execution", r =>
            Run(r.Namespace, r.WorkflowId, r.RunId) with { Identity = r.Identity }),
        On<RespondActivityTaskCanceledByIdRequest>(RpcGroup.Activity, RpcRecording.Denials, "activity.answer", "cancel-activity", "execution", r =>
            Run(r.Namespace, r.WorkflowId, r.RunId) with { Identity = r.Identity }),
        On<PauseActivityRequest>(RpcGroup.Activity, RpcRecording.BeforeAndAfter, "activity.pause", "pause-activity", "execution", r => Run(r.Namespace, r.Execution) with { Identity = r.Identity }),
        On<UnpauseActivityRequest>(RpcGroup.Activity, RpcRecording.BeforeAndAfter, "activity.unpause", "unpause-activity", "execution", r => Run(r.Namespace, r.Execution) with { Identity = r.Identity }),
        On<ResetActivityRequest>(RpcGroup.Activity, RpcRecording.BeforeAndAfter, "activity.reset", "reset-activity", "execution", r => Run(r.Namespace, r.Execution) with { Identity = r.Identity }),

        On<ShutdownWorkerRequest>(RpcGroup.Worker, RpcRecording.Denials, "worker.shutdown", "shut-down", "worker", r => Namespace(r.Namespace) with { Identity = r.Identity, TaskQueue = r.TaskQueue, Subject = r.Identity }),
        On<RecordWorkerHeartbeatRequest>(RpcGroup.Worker, RpcRecording.Denials, "worker.heartbeat", "heartbeat", "worker", r => Namespace(r.Namespace) with { Identity = r.Identity, Subject = r.Identity }),
        On<ResetStickyTaskQueueRequest>(RpcGroup.Activity, RpcRecording.Denials, "worker.reset-sticky", "reset-sticky", "execution", r => Run(r.Namespace, r.Execution)),

        On<CreateScheduleRequest>(RpcGroup.Schedule, RpcRecording.BeforeAndAfter, "schedule.create", "create", "schedule", r => Schedule(r.Namespace, r.ScheduleId, r.Identity)),
        On<UpdateScheduleRequest>(RpcGroup.Schedule, RpcRecording.BeforeAndAfter, "schedule.update", "update", "schedule", r => Schedule(r.Namespace, r.ScheduleId, r.Identity)),
        On<PatchScheduleRequest>(RpcGroup.Schedule, RpcRecording.BeforeAndAfter, "schedule.update", "patch", "schedule", r => Schedule(r.Namespace, r.ScheduleId, r.Identity)),
        On<DeleteScheduleRequest>(RpcGroup.Schedule, RpcRecording.BeforeAndAfter, "schedule.delete", "delete", "schedule", r => Schedule(r.Namespace, r.ScheduleId, r.Identity)),
        On<DescribeScheduleRequest>(RpcGroup.Schedule, RpcRecording.Once, "schedule.read", "describe", "schedule", r => Schedule(r.Namespace, r.ScheduleId, "")),
        On<ListSchedulesRequest>(RpcGroup.Schedule, RpcRecording.Once, "schedule.read", "list", "schedule", r => Schedule(r.Namespace, "", "")),
        On<ListScheduleMatchingTimesRequest>(RpcGroup.Schedule, RpcRecording.Once, "schedule.read", "list-times", "schedule", r => Schedule(r.Namespace, r.ScheduleId, "")),

        On<RegisterNamespaceRequest>(RpcGroup.Operator, RpcRecording.BeforeAndAfter, "namespace.register", "register", "namespace", r => Namespace(r.Namespace)),
        On<UpdateNamespaceRequest>(RpcGroup.Operator, RpcRecording.BeforeAndAfter, "namespace.update", "update", "namespace", r => Namespace(r.Namespace)),
        On<ListNamespacesRequest>(RpcGroup.Operator, RpcRecording.Once, "namespace.list", "list", "namespace", _ => new()),
        On<AddSearchAttributesRequest>(RpcGroup.Operator, RpcRecording.BeforeAndAfter, "search-attributes.add", "add", "namespace", r => Namespace(r.Namespace)),
        On<RemoveSearchAttributesRequest>(RpcGroup.Operator, RpcRecording.BeforeAndAfter, "search-attributes.remove", "remove", "namespace", r => Namespace(r.Namespace)),
    ];

    private static RpcEntry On<TRequest>(RpcGroup group, RpcRecording recording, string type, string action, string resource, Func<TRequest, CallFacts> read)
        where TRequest : IMessage =>
        new(RpcMethods.ForRequest(typeof(TRequest)), group, recording, type, action, resource, request => read((TRequest)request));

    private static CallFacts Namespace(string name) => new() { Namespace = name, Subject = name };

    private static CallFacts Run(string @namespace, WorkflowExecution? execution) => Run(@namespace, execution?.WorkflowId ?? "", execution?.RunId ?? "");

    private static CallFacts Run(string @namespace, string workflowId, string runId) => new() { Namespace = @namespace, WorkflowId = workflowId, RunId = runId };

    private static CallFacts Schedule(string @namespace, string id, string identity) => new() { Namespace = @namespace, Subject = id, Identity = identity };

    /// <summary>A worker's own sticky queue stands for the queue it belongs to.</summary>
    private static CallFacts Queue(string @namespace, TaskQueue? queue)
    {
        var name = queue is { Kind: TaskQueueKind.Sticky, NormalName.Length: > 0 } ? queue.NormalName : queue?.Name ?? "";
        return new() { Namespace = @namespace, TaskQueue = name, Subject = name };
    }

    private static CallFacts StartFacts(StartWorkflowExecutionRequest r) => new()
    {
        Namespace = r.Namespace, WorkflowId = r.WorkflowId, WorkflowType = r.WorkflowType?.Name ?? "", TaskQueue = r.TaskQueue?.Name ?? "", Identity = r.Identity,
    };

    private static CallFacts UpdateFacts(UpdateWorkflowExecutionRequest r) => Run(r.Namespace, r.WorkflowExecution) with
    {
        Message = WorkflowMessageKind.Update, MessageName = r.Request?.Input?.Name ?? "", Identity = r.Request?.Meta?.Identity ?? "",
    };

    private static CallFacts MultiFacts(ExecuteMultiOperationRequest r)
    {
        var start = r.Operations.FirstOrDefault(o => o.StartWorkflow is not null)?.StartWorkflow;
        var update = r.Operations.FirstOrDefault(o => o.UpdateWorkflow is not null)?.UpdateWorkflow;
        return (start is null ? new() : StartFacts(start)) with
        {
            Namespace = r.Namespace, Message = update is null ? null : WorkflowMessageKind.Update, MessageName = update?.Request?.Input?.Name ?? "",
        };
    }
}
