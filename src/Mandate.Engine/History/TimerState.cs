using Mandate.Engine.Timers;

namespace Mandate.Engine.History;

/// <summary>A timer the workflow waits for.</summary>
internal sealed class TimerState(string id, long startedId, DateTimeOffset fireAt)
{
    public string Id { get; } = id;

    public long StartedId { get; } = startedId;

    public DateTimeOffset FireAt { get; } = fireAt;

    /// <summary>The armed timer, which is no part of the state.</summary>
    public TimerEntry? Timer { get; set; }
}
