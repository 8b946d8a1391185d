using Google.Protobuf;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Protocol.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>
/// Everything the protocol knows about one run: takes history and gives jobs, takes commands and matches them against events. Runs no user code and no clock.
/// </summary>
/// <remarks>
/// <para>One workflow task goes through it as follows:</para>
/// <list type="number">
/// <item><see cref="Feed"/> takes the events of the task;</item>
/// <item><see cref="ApplyNextPiece"/> applies one piece of history, as the workflow saw it the first time (<see cref="HistoryChunks"/>), which matches recorded commands and queues jobs;</item>
/// <item>the caller takes the jobs (<see cref="TakeJobs"/>) to the workflow instance, which calls the command methods; steps repeat while there are jobs, since a command may settle at once;</item>
/// <item>steps 2 and 3 repeat until history is used up;</item>
/// <item><see cref="UnsentCommands"/> and <see cref="TakeMessages"/> are the answer to the server.</item>
/// </list>
/// <para>Not safe for concurrent use; a run is worked on by one task at a time.</para>
/// </remarks>
internal sealed partial class WorkflowMachine(string workflowId, string runId)
{
    private readonly List<WorkflowJob> _jobs = [];
    private readonly Queue<PendingCommand> _commands = new();
    private readonly List<Message> _outgoing = [];
    private readonly Dictionary<long, CommandMachine> _byEvent = [];
    private PendingCommand? _terminal;

    internal string WorkflowId { get; } = workflowId;

    internal string RunId { get; } = runId;

    /// <summary>Whether the workflow does again what it did before.</summary>
    internal bool Replaying { get; private set; }

    /// <summary>The workflow's time, UTC: start of its task, or later after a local activity. Never goes back.</summary>
    internal DateTime Time { get; private set; }

    /// <summary>Started event of the workflow task at which the workflow ran last; 0 before the first.</summary>
    internal long StartedEventId { get; private set; }

    /// <summary>Started event of the last workflow task seen, heartbeats included: what the server calls the previous one in the next task.</summary>
    internal long LastTaskStartedEventId { get; private set; }

    /// <summary>Id of the last event applied.</summary>
    internal long LastEventId { get; private set; }

    /// <summary>Size of the history in bytes as the server told it with the last task.</summary>
    internal long HistorySizeBytes { get; private set; }

    /// <summary>Whether the server suggests to continue as new.</summary>
    internal bool ContinueAsNewSuggested { get; private set; }

    /// <summary>Why the server suggests to continue as new.</summary>
    internal IReadOnlyList<SuggestContinueAsNewReason> ContinueAsNewReasons { get; private set; } = [];

    /// <summary>Whether the workflow has issued its last command.</summary>
    internal bool Finished => _terminal is not null;

    /// <summary>Whether history says that the run is closed.</summary>
    internal bool Closed { get; private set; }

    internal bool HasJobs => _jobs.Count > 0 || CanResolveFromMarker;

    /// <summary>Jobs for the next activation, in their order. The end of a local activity comes alone.</summary>
    internal List<WorkflowJob> TakeJobs()
    {
        if (_jobs.Count == 0)
            ResolveFromMarker();
        var local = _jobs.FindIndex(j => j.Order == JobOrder.LocalResolution);
        if (local >= 0)
        {
            var count = local == 0 ? 1 : local;
            var first = _jobs.GetRange(0, count);
            _jobs.RemoveRange(0, count);
            return first;
        }

        List<WorkflowJob> jobs = [.. _jobs];
        _jobs.Clear();
        for (var i = 1; i < jobs.Count; i++)
        {
            if (jobs[i].Order < jobs[i - 1].Order)
                return [.. jobs.OrderBy(j => j.Order)];
        }

        return jobs;
    }

    /// <summary>Commands no event has recorded yet, in order, the terminal one last.</summary>
    internal List<Command> UnsentCommands()
    {
        var commands = new List<Command>(_commands.Count + 1);
        foreach (var pending in _commands)
        {
            if (!pending.Withdrawn)
                commands.Add(pending.Command);
        }

        if (_terminal is not null && !_terminal.Withdrawn)
            commands.Add(_terminal.Command);
        return commands;
    }

    /// <summary>Protocol messages of this task. Replay produces none.</summary>
    internal List<Message> TakeMessages()
    {
        List<Message> messages = [.. _outgoing];
        _outgoing.Clear();
        return messages;
    }

    internal void Push(WorkflowJob job) => _jobs.Add(job);

    internal PendingCommand Add(Command command, CommandMachine machine)
    {
        var pending = new PendingCommand(command, machine);
        _commands.Enqueue(pending);
        return pending;
    }

    internal void Listen(long eventId, CommandMachine machine) => _byEvent[eventId] = machine;

    internal void StopListening(long eventId) => _byEvent.Remove(eventId);

    internal void Send(string id, string protocolInstanceId, IMessage body)
    {
        if (!Replaying)
            _outgoing.Add(new Message { Id = id, ProtocolInstanceId = protocolInstanceId, Body = Google.Protobuf.WellKnownTypes.Any.Pack(body) });
    }

    /// <summary>Moves the workflow's time forward; earlier times are ignored.</summary>
    internal void AdvanceTime(DateTime to)
    {
        if (to > Time)
            Time = to;
    }
}
