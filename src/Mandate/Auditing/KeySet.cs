namespace Mandate.Auditing;

/// <summary>Keys in a file that other processes change.</summary>
/// <param name="Purpose">What they are for, as <see cref="Mandate.Audit.Records.KeyChanged.Purpose"/>.</param>
/// <param name="Removal">What it is called when one is no longer there: <c>retire</c> or <c>revoke</c>.</param>
/// <param name="Ids">Reads the present ids; cheap when the file has not changed.</param>
internal sealed record KeySet(string Purpose, string Removal, Func<IEnumerable<string>> Ids);
