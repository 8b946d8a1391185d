using System.Collections.Frozen;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Gateway.Calls;

/// <summary>The commands a workflow may give, as rules and the ledger name them. A command that is not here is refused.</summary>
internal static class CommandNames
{
    private static readonly FrozenDictionary<CommandType, (string Name, Command.AttributesOneofCase Attributes)> Known = new Dictionary<CommandType, (string, Command.AttributesOneofCase)>
    {
        [CommandType.ScheduleActivityTask] = ("ScheduleActivityTask", Command.AttributesOneofCase.ScheduleActivityTaskCommandAttributes),
        [CommandType.RequestCancelActivityTask] = ("RequestCancelActivityTask", Command.AttributesOneofCase.RequestCancelActivityTaskCommandAttributes),
        [CommandType.StartTimer] = ("StartTimer", Command.AttributesOneofCase.StartTimerCommandAttributes),
        [CommandType.CancelTimer] = ("CancelTimer", Command.AttributesOneofCase.CancelTimerCommandAttributes),
        [CommandType.CompleteWorkflowExecution] = ("CompleteWorkflowExecution", Command.AttributesOneofCase.CompleteWorkflowExecutionCommandAttributes),
        [CommandType.FailWorkflowExecution] = ("FailWorkflowExecution", Command.AttributesOneofCase.FailWorkflowExecutionCommandAttributes),
        [CommandType.CancelWorkflowExecution] = ("CancelWorkflowExecution", Command.AttributesOneofCase.CancelWorkflowExecutionCommandAttributes),
        [CommandType.ContinueAsNewWorkflowExecution] = ("ContinueAsNewWorkflowExecution", Command.AttributesOneofCase.ContinueAsNewWorkflowExecutionCommandAttributes),
        [CommandType.StartChildWorkflowExecution] = ("StartChildWorkflowExecution", Command.AttributesOneofCase.StartChildWorkflowExecutionCommandAttributes),
        [CommandType.SignalExternalWorkflowExecution] = ("SignalExternalWorkflowExecution", Command.AttributesOneofCase.SignalExternalWorkflowExecutionCommandAttributes),
        [CommandType.RequestCancelExternalWorkflowExecution] =
            ("RequestCancelExternalWorkflowExecution", Command.AttributesOneofCase.RequestCancelExternalWorkflowExecutionCommandAttributes),
        [CommandType.RecordMarker] = ("RecordMarker", Command.AttributesOneofCase.RecordMarkerCommandAttributes),
        [CommandType.UpsertWorkflowSearchAttributes] = ("UpsertWorkflowSearchAttributes", Command.AttributesOneofCase.UpsertWorkflowSearchAttributesCommandAttributes),
        [CommandType.ModifyWorkflowProperties] = ("ModifyWorkflowProperties", Command.AttributesOneofCase.ModifyWorkflowPropertiesCommandAttributes),
        [CommandType.ProtocolMessage] = ("ProtocolMessage", Command.AttributesOneofCase.ProtocolMessageCommandAttributes),
    }.ToFrozenDictionary();

    /// <summary>All of them.</summary>
    public static IEnumerable<string> All => Known.Values.Select(k => k.Name);

    /// <summary>The command's name; null for one that is not known, or whose attributes are those of another.</summary>
    public static string? Of(Command command) => Known.TryGetValue(command.CommandType, out var known) && known.Attributes == command.AttributesCase ? known.Name : null;
}
