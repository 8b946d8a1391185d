using System.Globalization;
using Mandate.Development.Orders;
using Mandate.Executions;
using Mandate.Identity;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Attributes = Mandate.Protocol.Api.History.V1.HistoryEvent.AttributesOneofCase;

namespace Mandate.Demo.Runs;

/// <summary>Reads runs from their histories, as any client of the engine could, and verifies each principal on the way.</summary>
internal sealed class RunReader(WorkflowConnection connection, PrincipalVerifier verifier)
{
    private static readonly IPayloadConverter Converter = DataConverter.Default.PayloadConverter;

    /// <summary>A run and everything below it, top first, with the histories themselves.</summary>
    public async Task<IReadOnlyList<(Run Run, History History)>> TreeAsync(string workflowId, CancellationToken cancellation)
    {
        var found = new List<(Run, History)>();
        var open = new Queue<(WorkflowExecution Execution, string? Parent)>([(new WorkflowExecution { WorkflowId = workflowId }, null)]);
        while (open.TryDequeue(out var next))
        {
            var history = await HistoryAsync(next.Execution, cancellation);
            found.Add((Read(next.Execution.WorkflowId, workflowId, next.Parent, history), history));
            foreach (var child in history.Events.Select(e => e.ChildWorkflowExecutionStartedEventAttributes?.WorkflowExecution).OfType<WorkflowExecution>())
                open.Enqueue((child, next.Execution.WorkflowId));
        }

        return found;
    }

    private async Task<History> HistoryAsync(WorkflowExecution execution, CancellationToken cancellation)
    {
        var history = new History();
        var request = new GetWorkflowExecutionHistoryRequest { Namespace = connection.Namespace, Execution = execution };
        do
        {
            var page = await connection.CallAsync<GetWorkflowExecutionHistoryResponse>(request, cancellation);
            history.Events.AddRange(page.History.Events);
            request = request.Clone();
            request.NextPageToken = page.NextPageToken;
        }
        while (!request.NextPageToken.IsEmpty);
        return history;
    }

    private Run Read(string workflowId, string root, string? parent, History history)
    {
        var started = history.Events[0].WorkflowExecutionStartedEventAttributes;
        return new Run
        {
            WorkflowId = workflowId,
            RunId = started.OriginalExecutionRunId,
            WorkflowType = started.WorkflowType.Name,
            TaskQueue = started.TaskQueue.Name,
            Parent = parent,
            Status = StatusOf(history.Events[^1]),
            ActsFor = PrincipalOf(started.Header, root),
            Steps = [.. history.Events.Select(e => StepOf(e, workflowId, root, history)).OfType<RunStep>()],
            Events = history.Events.Count,
            IsWaiting = history.Events[^1].AttributesCase == Attributes.WorkflowTaskCompletedEventAttributes,
        };
    }

    private RunStep? StepOf(HistoryEvent e, string workflowId, string root, History history) => e.AttributesCase switch
    {
        Attributes.ActivityTaskScheduledEventAttributes => ActivityStep(e, root, history),
        Attributes.TimerStartedEventAttributes => new RunStep
        {
            Kind = StepKind.Timer,
            Name = string.Create(CultureInfo.InvariantCulture, $"{e.TimerStartedEventAttributes.StartToFireTimeout.ToTimeSpan().TotalSeconds:0.###} s"),
            ActsFor = PrincipalOf(history.Events[0].WorkflowExecutionStartedEventAttributes.Header, root),
            Acknowledged = history.Events.Count(f => f.TimerFiredEventAttributes?.StartedEventId == e.EventId),
        },
        Attributes.StartChildWorkflowExecutionInitiatedEventAttributes => new RunStep
        {
            Kind = StepKind.Child,
            Name = e.StartChildWorkflowExecutionInitiatedEventAttributes.WorkflowId,
            ActsFor = PrincipalOf(e.StartChildWorkflowExecutionInitiatedEventAttributes.Header, root),
            Acknowledged = history.Events.Count(f => f.ChildWorkflowExecutionCompletedEventAttributes?.InitiatedEventId == e.EventId),
        },
        Attributes.WorkflowExecutionSignaledEventAttributes => SignalStep(e.WorkflowExecutionSignaledEventAttributes, workflowId, root, history),
        _ => null,
    };

    private RunStep ActivityStep(HistoryEvent scheduled, string root, History history)
    {
        var ends = history.Events.Select(e => e.ActivityTaskCompletedEventAttributes).Where(a => a?.ScheduledEventId == scheduled.EventId).ToArray();
        return new RunStep
        {
            Kind = StepKind.Activity,
            Name = scheduled.ActivityTaskScheduledEventAttributes.ActivityType.Name,
            ActsFor = PrincipalOf(scheduled.ActivityTaskScheduledEventAttributes.Header, root),
            Acknowledged = ends.Length,
            Reported = ends is [{ Result.Payloads_: [var result] }] ? (Converter.ToValue(result, typeof(StepReceipt)) as StepReceipt)?.ActedFor : null,
        };
    }

    private RunStep SignalStep(WorkflowExecutionSignaledEventAttributes signal, string workflowId, string root, History history)
    {
        var verdict = verifier.VerifyActor(TextOf(signal.Header, IdentityHeaders.Actor), connection.Namespace, workflowId, WorkflowMessageKind.Signal, signal.SignalName);
        return new RunStep
        {
            Kind = StepKind.Signal,
            Name = signal.SignalName,
            ActsFor = PrincipalOf(history.Events[0].WorkflowExecutionStartedEventAttributes.Header, root),
            Actor = verdict.Principal?.ToString(),
            Acknowledged = 1,
        };
    }

    private string? PrincipalOf(Header? header, string root) =>
        verifier.Verify(TextOf(header, IdentityHeaders.Principal), connection.Namespace, root).Principal?.ToString();

    private static string? TextOf(Header? header, string name) =>
        header?.Fields.TryGetValue(name, out var payload) is true ? Converter.ToValue(payload!, typeof(string)) as string : null;

    private static string StatusOf(HistoryEvent last) => last.AttributesCase switch
    {
        Attributes.WorkflowExecutionCompletedEventAttributes => "completed",
        Attributes.WorkflowExecutionFailedEventAttributes => "failed",
        Attributes.WorkflowExecutionTimedOutEventAttributes => "timed-out",
        Attributes.WorkflowExecutionCanceledEventAttributes => "canceled",
        Attributes.WorkflowExecutionTerminatedEventAttributes => "terminated",
        Attributes.WorkflowExecutionContinuedAsNewEventAttributes => "continued-as-new",
        _ => "running",
    };
}
