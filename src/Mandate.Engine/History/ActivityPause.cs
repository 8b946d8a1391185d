namespace Mandate.Engine.History;

/// <summary>Who holds an activity back, since when and why.</summary>
internal sealed record ActivityPause(DateTimeOffset Time, string Identity, string Reason);
