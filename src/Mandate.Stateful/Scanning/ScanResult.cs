namespace Mandate.Stateful.Scanning;

/// <summary>What a look through a history came to. Without findings it is clean only as far as it could be read.</summary>
/// <param name="Findings">What was found.</param>
/// <param name="Events">Events that were looked through.</param>
/// <param name="Payloads">Payloads in them.</param>
/// <param name="Unreadable">Payloads of these that could not be read: encrypted, or in an encoding that is not known here.</param>
public sealed record ScanResult(IReadOnlyList<Finding> Findings, int Events, int Payloads, int Unreadable);
