using System.Collections.Frozen;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.History.Commands;

/// <summary>The handlers by type of command.</summary>
internal static class CommandHandlers
{
    private static readonly FrozenDictionary<CommandType, CommandHandler> ByType = new CommandHandler[]
    {
        new ScheduleActivityTask(),
        new RequestCancelActivityTask(),
        new StartTimer(),
        new CancelTimer(),
        new RecordMarker(),
        new StartChildWorkflowExecution(),
        new SignalExternalWorkflowExecution(),
        new RequestCancelExternalWorkflowExecution(),
        new UpsertWorkflowSearchAttributes(),
        new ModifyWorkflowProperties(),
    }.ToFrozenDictionary(h => h.Type);

    public static CommandHandler? Find(CommandType type) => ByType.GetValueOrDefault(type);

    /// <summary>Whether a command ends the run.</summary>
    public static bool IsTerminal(CommandType type) => type is CommandType.CompleteWorkflowExecution or CommandType.FailWorkflowExecution
        or CommandType.CancelWorkflowExecution or CommandType.ContinueAsNewWorkflowExecution;
}
