namespace Mandate.Faults.Tests.Injection;

/// <summary>What clients were told about a journey.</summary>
/// <param name="RunId">The run of its start.</param>
/// <param name="Signals">Texts of the signals.</param>
/// <param name="Updates">Texts of the updates.</param>
internal sealed record Acknowledged(string RunId, IReadOnlyList<string> Signals, IReadOnlyList<string> Updates);
