using Mandate.Protocol.Api.Command.V1;

namespace Mandate.Temporal.Worker.Machine;

/// <summary>A command that waits for the event that records it.</summary>
internal sealed class PendingCommand(Command command, CommandMachine machine)
{
    internal Command Command { get; } = command;

    internal CommandMachine Machine { get; } = machine;

    /// <summary>Taken back before it was sent, such as a timer cancelled in the activation that started it: no event will record it.</summary>
    internal bool Withdrawn { get; private set; }

    internal void Withdraw() => Withdrawn = true;
}
