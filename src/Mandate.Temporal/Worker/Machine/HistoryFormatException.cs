namespace Mandate.Temporal.Worker.Machine;

/// <summary>The history itself is not one a server may send: a gap, an event without attributes, an event after the end.</summary>
internal sealed class HistoryFormatException(string message) : Exception(message);
