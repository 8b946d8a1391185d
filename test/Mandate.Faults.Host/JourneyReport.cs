namespace Mandate.Faults.Host;

/// <summary>Everything that reached a journey.</summary>
/// <param name="Steps">The answers of its activities, in order.</param>
/// <param name="Signals">The signals as they came.</param>
/// <param name="Updates">The updates as they came.</param>
public sealed record JourneyReport(IReadOnlyList<string> Steps, IReadOnlyList<string> Signals, IReadOnlyList<string> Updates);
