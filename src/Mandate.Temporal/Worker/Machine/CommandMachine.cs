using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>State of what one command set in motion. Knows the events it may get and what they mean to the workflow; runs no user code.</summary>
internal abstract class CommandMachine(WorkflowMachine workflow)
{
    protected WorkflowMachine Workflow { get; } = workflow;

    /// <summary>History recorded the command; the types match already, the machine compares what else identifies it.</summary>
    /// <exception cref="NonDeterminismException">The event records something else than the command asked for.</exception>
    internal abstract void OnRecorded(Command command, HistoryEvent recorded);

    /// <summary>A later event that refers to the event that recorded the command.</summary>
    /// <exception cref="NonDeterminismException">The event cannot follow.</exception>
    internal virtual void OnEvent(HistoryEvent e) =>
        throw new NonDeterminismException($"{HistoryText.Of(e)} does not belong to what event it refers to.");

    /// <summary>Compares one identifying value of event and command.</summary>
    protected static void Match(string what, string ofEvent, string ofCommand, Command command, HistoryEvent recorded)
    {
        if (!string.Equals(ofEvent, ofCommand, StringComparison.Ordinal))
            throw new NonDeterminismException($"{HistoryText.Of(recorded)} has {what} '{ofEvent}', but the workflow's command {HistoryText.Of(command)} has '{ofCommand}'.");
    }
}
