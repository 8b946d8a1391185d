namespace Mandate.Engine.History;

/// <summary>The queue of the worker that has the workflow in its cache.</summary>
internal sealed record StickyQueue(string Name, TimeSpan ScheduleToStartTimeout);
