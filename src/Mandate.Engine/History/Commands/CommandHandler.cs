using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>Turns one type of command into events.</summary>
internal abstract class CommandHandler
{
    public abstract CommandType Type { get; }


    /// <exception cref="BadCommandException">The command cannot be carried out.</exception>
    public abstract IEnumerable<HistoryEvent> Decide(CommandContext context, Command command);
}
