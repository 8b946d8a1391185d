using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Protocol.Api.Sdk.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Worker.Machine;

/// <content>Commands in.</content>
internal sealed partial class WorkflowMachine
{
    private readonly Dictionary<uint, TimerMachine> _timers = [];
    private readonly Dictionary<uint, ActivityMachine> _activities = [];
    private readonly Dictionary<uint, ChildWorkflowMachine> _children = [];
    private readonly Dictionary<uint, ExternalSignalMachine> _externalSignals = [];
    private readonly Dictionary<string, UpdateMachine> _updates = [];

    internal void StartTimer(uint sequence, TimeSpan delay, UserMetadata? metadata)
    {
        var machine = new TimerMachine(this, sequence);
        _timers.Add(sequence, machine);
        machine.Start(delay, metadata);
    }

    /// <summary>Stops a timer. It settles on the workflow's side at once, so no job follows.</summary>
    internal void CancelTimer(uint sequence)
    {
        if (_timers.Remove(sequence, out var machine))
            machine.Cancel();
    }

    internal void ScheduleActivity(uint sequence, ScheduleActivityTaskCommandAttributes attributes, ActivityCancellationType cancellationType, UserMetadata? metadata)
    {
        var machine = new ActivityMachine(this, sequence, attributes, cancellationType);
        _activities.Add(sequence, machine);
        machine.Schedule(metadata);
    }

    internal void CancelActivity(uint sequence)
    {
        if (_activities.TryGetValue(sequence, out var machine))
            machine.Cancel();
    }

    internal void StartChild(uint sequence, StartChildWorkflowExecutionCommandAttributes attributes, ChildWorkflowCancellationType cancellationType, UserMetadata? metadata)
    {
        var machine = new ChildWorkflowMachine(this, sequence, attributes, cancellationType);
        _children.Add(sequence, machine);
        machine.Start(metadata);
    }

    internal void CancelChild(uint sequence, string reason)
    {
        if (_children.TryGetValue(sequence, out var machine))
            machine.Cancel(reason);
    }

    internal void SignalExternal(uint sequence, SignalExternalWorkflowExecutionCommandAttributes attributes)
    {
        var machine = new ExternalSignalMachine(this, sequence);
        _externalSignals.Add(sequence, machine);
        machine.Send(attributes);
    }

    /// <summary>Takes back a signal that was not sent yet; one that was is on its way.</summary>
    internal void CancelExternalSignal(uint sequence)
    {
        if (_externalSignals.TryGetValue(sequence, out var machine))
            machine.Cancel();
    }

    internal void CancelExternal(uint sequence, RequestCancelExternalWorkflowExecutionCommandAttributes attributes) =>
        new ExternalCancelMachine(this, failure => Push(new WorkflowJob.ResolveExternalCancel(sequence, failure))).Send(attributes);

    internal void UpsertSearchAttributes(SearchAttributes attributes) => Add(
        new Command
        {
            CommandType = CommandType.UpsertWorkflowSearchAttributes,
            UpsertWorkflowSearchAttributesCommandAttributes = new() { SearchAttributes = attributes },
        },
        new RecordOnlyMachine(this));

    internal void UpsertMemo(Memo memo) => Add(
        new Command
        {
            CommandType = CommandType.ModifyWorkflowProperties,
            ModifyWorkflowPropertiesCommandAttributes = new() { UpsertedMemo = memo },
        },
        new RecordOnlyMachine(this));

    /// <summary>Ends the run. It is sent after every other command of the task; a second one is ignored.</summary>
    internal void Finish(Command terminal) => _terminal ??= new PendingCommand(terminal, new RecordOnlyMachine(this));

    internal void AcceptUpdate(string protocolInstanceId) => _updates[protocolInstanceId].Accept();

    internal void RejectUpdate(string protocolInstanceId, Failure failure) => _updates[protocolInstanceId].Reject(failure);

    internal void CompleteUpdate(string protocolInstanceId, Outcome outcome) => _updates[protocolInstanceId].Complete(outcome);

    internal void Forget(ActivityMachine machine) => _activities.Remove(machine.Sequence);

    internal void Forget(TimerMachine machine) => _timers.Remove(machine.Sequence);

    internal void Forget(ChildWorkflowMachine machine) => _children.Remove(machine.Sequence);

    internal void Forget(ExternalSignalMachine machine) => _externalSignals.Remove(machine.Sequence);

    internal void Forget(UpdateMachine machine) => _updates.Remove(machine.ProtocolInstanceId);

    internal static Duration ToDuration(TimeSpan value) => Duration.FromTimeSpan(value);

    private void BeginUpdate(string messageId, string protocolInstanceId, long sequencingEventId, Request request)
    {
        _updates[protocolInstanceId] = new UpdateMachine(this, messageId, protocolInstanceId, sequencingEventId, request);
        Push(new WorkflowJob.Update(protocolInstanceId, request, RunValidator: !Replaying));
    }
}
