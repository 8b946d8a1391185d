using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker.Machine;

namespace Mandate.Temporal.Tests.Support;

/// <summary>Writes histories by hand. Each event comes a second after the one before.</summary>
internal sealed class HistoryBuilder
{
    internal const string RunId = "0199aaaa-0000-7000-8000-000000000001";

    internal static readonly DateTime Begin = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly List<HistoryEvent> _events = [];

    internal IReadOnlyList<HistoryEvent> Events => _events;

    internal long LastId => _events.Count;

    internal WorkflowHistory History => new("workflow", [.. _events]);

    internal static Payloads Payloads(params object?[] values) => DataConverter.Default.PayloadConverter.ToPayloads(values) ?? new Payloads();

    internal static DateTime TimeOf(long eventId) => Begin.AddSeconds(eventId - 1);

    /// <summary>The events as a task brings them: all, or those after one, with what counts as seen before.</summary>
    internal HistorySlice Slice(long previousStarted = 0, long after = 0) => new([.. _events.Where(e => e.EventId > after)], previousStarted, []);

    internal HistoryBuilder Add(EventType type, Action<HistoryEvent> fill)
    {
        var e = new HistoryEvent { EventId = _events.Count + 1, EventType = type, EventTime = Timestamp.FromDateTime(TimeOf(_events.Count + 1)) };
        fill(e);
        _events.Add(e);
        return this;
    }

    internal HistoryBuilder Started(string type = "Test", params object?[] input) => Add(EventType.WorkflowExecutionStarted, e => e.WorkflowExecutionStartedEventAttributes = new()
    {
        WorkflowType = new() { Name = type },
        TaskQueue = new() { Name = "queue" },
        Input = Payloads(input),
        OriginalExecutionRunId = RunId,
        FirstExecutionRunId = RunId,
        Attempt = 1,
        WorkflowTaskTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(10)),
    });

    internal HistoryBuilder TaskScheduled() => Add(EventType.WorkflowTaskScheduled, e => e.WorkflowTaskScheduledEventAttributes = new());

    internal HistoryBuilder TaskStarted() => Add(EventType.WorkflowTaskStarted, e => e.WorkflowTaskStartedEventAttributes = new() { ScheduledEventId = e.EventId - 1 });

    internal HistoryBuilder TaskCompleted() => Add(EventType.WorkflowTaskCompleted, e => e.WorkflowTaskCompletedEventAttributes = new() { StartedEventId = e.EventId - 1, ScheduledEventId = e.EventId - 2 });

    internal HistoryBuilder TaskFailed(string? newRunId = null) => Add(EventType.WorkflowTaskFailed, e => e.WorkflowTaskFailedEventAttributes = new()
    {
        Cause = newRunId is null ? WorkflowTaskFailedCause.WorkflowWorkerUnhandledFailure : WorkflowTaskFailedCause.ResetWorkflow,
        NewRunId = newRunId ?? "",
    });

    internal HistoryBuilder TaskTimedOut() => Add(EventType.WorkflowTaskTimedOut, e => e.WorkflowTaskTimedOutEventAttributes = new());

    /// <summary>Scheduled, started, completed.</summary>
    internal HistoryBuilder Task() => TaskScheduled().TaskStarted().TaskCompleted();

    /// <summary>Scheduled and started: the task being worked on.</summary>
    internal HistoryBuilder OpenTask() => TaskScheduled().TaskStarted();

    internal HistoryBuilder ActivityScheduled(string id = "1", string type = "Do") => Add(EventType.ActivityTaskScheduled, e => e.ActivityTaskScheduledEventAttributes = new()
    {
        ActivityId = id,
        ActivityType = new() { Name = type },
    });

    internal HistoryBuilder ActivityStarted(long scheduled) => Add(EventType.ActivityTaskStarted, e => e.ActivityTaskStartedEventAttributes = new() { ScheduledEventId = scheduled });

    internal HistoryBuilder ActivityCompleted(long scheduled, object? result = null) => ActivityStarted(scheduled).Add(
        EventType.ActivityTaskCompleted,
        e => e.ActivityTaskCompletedEventAttributes = new() { ScheduledEventId = scheduled, StartedEventId = e.EventId - 1, Result = Payloads(result) });

    internal HistoryBuilder ActivityFailed(long scheduled, string message = "broken", string type = "Broken") => ActivityStarted(scheduled).Add(
        EventType.ActivityTaskFailed,
        e => e.ActivityTaskFailedEventAttributes = new()
        {
            ScheduledEventId = scheduled,
            StartedEventId = e.EventId - 1,
            RetryState = RetryState.MaximumAttemptsReached,
            Failure = new Failure { Message = message, ApplicationFailureInfo = new() { Type = type } },
        });

    internal HistoryBuilder ActivityTimedOut(long scheduled) => Add(EventType.ActivityTaskTimedOut, e => e.ActivityTaskTimedOutEventAttributes = new()
    {
        ScheduledEventId = scheduled,
        RetryState = RetryState.Timeout,
        Failure = new Failure { Message = "too late", TimeoutFailureInfo = new() { TimeoutType = TimeoutType.ScheduleToStart } },
    });

    internal HistoryBuilder ActivityCancelRequested(long scheduled) => Add(EventType.ActivityTaskCancelRequested, e => e.ActivityTaskCancelRequestedEventAttributes = new() { ScheduledEventId = scheduled });

    internal HistoryBuilder ActivityCanceled(long scheduled) => Add(EventType.ActivityTaskCanceled, e => e.ActivityTaskCanceledEventAttributes = new() { ScheduledEventId = scheduled, Details = Payloads("stopped") });

    internal HistoryBuilder TimerStarted(string id = "1") => Add(EventType.TimerStarted, e => e.TimerStartedEventAttributes = new() { TimerId = id });

    internal HistoryBuilder TimerFired(long started, string id = "1") => Add(EventType.TimerFired, e => e.TimerFiredEventAttributes = new() { TimerId = id, StartedEventId = started });

    internal HistoryBuilder TimerCanceled(long started, string id = "1") => Add(EventType.TimerCanceled, e => e.TimerCanceledEventAttributes = new() { TimerId = id, StartedEventId = started });

    internal HistoryBuilder ChildInitiated(string id = "child", string type = "Child") => Add(EventType.StartChildWorkflowExecutionInitiated, e => e.StartChildWorkflowExecutionInitiatedEventAttributes = new()
    {
        WorkflowId = id,
        WorkflowType = new() { Name = type },
    });

    internal HistoryBuilder ChildStarted(long initiated) => Add(EventType.ChildWorkflowExecutionStarted, e => e.ChildWorkflowExecutionStartedEventAttributes = new()
    {
        InitiatedEventId = initiated,
        WorkflowExecution = new() { WorkflowId = "child", RunId = "child-run" },
    });

    internal HistoryBuilder ChildStartFailed(long initiated) => Add(EventType.StartChildWorkflowExecutionFailed, e => e.StartChildWorkflowExecutionFailedEventAttributes = new()
    {
        InitiatedEventId = initiated,
        Cause = StartChildWorkflowExecutionFailedCause.WorkflowAlreadyExists,
    });

    internal HistoryBuilder ChildCompleted(long initiated, object? result = null) => Add(EventType.ChildWorkflowExecutionCompleted, e => e.ChildWorkflowExecutionCompletedEventAttributes = new()
    {
        InitiatedEventId = initiated,
        Result = Payloads(result),
    });

    internal HistoryBuilder ChildFailed(long initiated) => Add(EventType.ChildWorkflowExecutionFailed, e => e.ChildWorkflowExecutionFailedEventAttributes = new()
    {
        InitiatedEventId = initiated,
        Failure = new Failure { Message = "child broken", ApplicationFailureInfo = new() { Type = "Broken" } },
    });

    internal HistoryBuilder ChildCanceled(long initiated) => Add(EventType.ChildWorkflowExecutionCanceled, e => e.ChildWorkflowExecutionCanceledEventAttributes = new() { InitiatedEventId = initiated });

    internal HistoryBuilder ChildTerminated(long initiated) => Add(EventType.ChildWorkflowExecutionTerminated, e => e.ChildWorkflowExecutionTerminatedEventAttributes = new() { InitiatedEventId = initiated });

    internal HistoryBuilder ChildTimedOut(long initiated) => Add(EventType.ChildWorkflowExecutionTimedOut, e => e.ChildWorkflowExecutionTimedOutEventAttributes = new() { InitiatedEventId = initiated });

    internal HistoryBuilder SignalInitiated(string workflowId = "other", string signal = "Wake") => Add(EventType.SignalExternalWorkflowExecutionInitiated, e => e.SignalExternalWorkflowExecutionInitiatedEventAttributes = new()
    {
        WorkflowExecution = new() { WorkflowId = workflowId },
        SignalName = signal,
    });

    internal HistoryBuilder SignalDelivered(long initiated) => Add(EventType.ExternalWorkflowExecutionSignaled, e => e.ExternalWorkflowExecutionSignaledEventAttributes = new() { InitiatedEventId = initiated });

    internal HistoryBuilder SignalFailed(long initiated) => Add(EventType.SignalExternalWorkflowExecutionFailed, e => e.SignalExternalWorkflowExecutionFailedEventAttributes = new()
    {
        InitiatedEventId = initiated,
        Cause = SignalExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound,
        WorkflowExecution = new() { WorkflowId = "other" },
    });

    internal HistoryBuilder CancelInitiated(string workflowId = "other") => Add(EventType.RequestCancelExternalWorkflowExecutionInitiated, e => e.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes = new()
    {
        WorkflowExecution = new() { WorkflowId = workflowId },
    });

    internal HistoryBuilder CancelDelivered(long initiated) => Add(EventType.ExternalWorkflowExecutionCancelRequested, e => e.ExternalWorkflowExecutionCancelRequestedEventAttributes = new() { InitiatedEventId = initiated });

    internal HistoryBuilder CancelFailed(long initiated) => Add(EventType.RequestCancelExternalWorkflowExecutionFailed, e => e.RequestCancelExternalWorkflowExecutionFailedEventAttributes = new()
    {
        InitiatedEventId = initiated,
        Cause = CancelExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound,
        WorkflowExecution = new() { WorkflowId = "other" },
    });

    internal HistoryBuilder Patched(string id, bool deprecated = false, bool upsert = true)
    {
        Add(EventType.MarkerRecorded, e => e.MarkerRecordedEventAttributes = new()
        {
            MarkerName = Markers.Patch,
            Details = { [Markers.PatchData] = new Payloads { Payloads_ = { Json(new { id, deprecated }) } } },
        });
        return upsert
            ? Add(EventType.UpsertWorkflowSearchAttributes, e => e.UpsertWorkflowSearchAttributesEventAttributes = new()
            {
                SearchAttributes = new() { IndexedFields = { [Markers.ChangeVersionAttribute] = Json(new[] { id }) } },
            })
            : this;
    }

    internal HistoryBuilder SearchAttributesUpserted() => Add(EventType.UpsertWorkflowSearchAttributes, e => e.UpsertWorkflowSearchAttributesEventAttributes = new() { SearchAttributes = new() });

    internal HistoryBuilder MemoUpserted() => Add(EventType.WorkflowPropertiesModified, e => e.WorkflowPropertiesModifiedEventAttributes = new() { UpsertedMemo = new() });

    internal HistoryBuilder Signaled(string name, params object?[] args) => Add(EventType.WorkflowExecutionSignaled, e => e.WorkflowExecutionSignaledEventAttributes = new() { SignalName = name, Input = Payloads(args) });

    internal HistoryBuilder CancelRequested() => Add(EventType.WorkflowExecutionCancelRequested, e => e.WorkflowExecutionCancelRequestedEventAttributes = new() { Cause = "please" });

    internal HistoryBuilder UpdateAccepted(string id, string name, long sequencing, params object?[] args) => Add(EventType.WorkflowExecutionUpdateAccepted, e => e.WorkflowExecutionUpdateAcceptedEventAttributes = new()
    {
        ProtocolInstanceId = id,
        AcceptedRequestMessageId = $"{id}/request",
        AcceptedRequestSequencingEventId = sequencing,
        AcceptedRequest = Update(id, name, args),
    });

    internal HistoryBuilder UpdateCompleted(string id, object? result) => Add(EventType.WorkflowExecutionUpdateCompleted, e => e.WorkflowExecutionUpdateCompletedEventAttributes = new()
    {
        Meta = new() { UpdateId = id },
        Outcome = new() { Success = Payloads(result) },
    });

    internal HistoryBuilder Completed(object? result = null) => Add(EventType.WorkflowExecutionCompleted, e => e.WorkflowExecutionCompletedEventAttributes = new() { Result = Payloads(result) });

    internal HistoryBuilder Failed() => Add(EventType.WorkflowExecutionFailed, e => e.WorkflowExecutionFailedEventAttributes = new() { Failure = new() { Message = "failed" } });

    internal HistoryBuilder Canceled() => Add(EventType.WorkflowExecutionCanceled, e => e.WorkflowExecutionCanceledEventAttributes = new());

    internal HistoryBuilder ContinuedAsNew() => Add(EventType.WorkflowExecutionContinuedAsNew, e => e.WorkflowExecutionContinuedAsNewEventAttributes = new());

    internal HistoryBuilder Terminated() => Add(EventType.WorkflowExecutionTerminated, e => e.WorkflowExecutionTerminatedEventAttributes = new());

    internal static Request Update(string id, string name, params object?[] args) => new()
    {
        Meta = new() { UpdateId = id, Identity = "tester" },
        Input = new() { Name = name, Args = Payloads(args) },
    };

    internal static ScheduleActivityTaskCommandAttributes Activity(string id = "1", string type = "Do") => new() { ActivityId = id, ActivityType = new() { Name = type } };

    internal static StartChildWorkflowExecutionCommandAttributes Child(string id = "child", string type = "Child") => new() { WorkflowId = id, WorkflowType = new() { Name = type }, Namespace = "default" };

    private static Payload Json(object value) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
        Data = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(value)),
    };
}
