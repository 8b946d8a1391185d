namespace Mandate.Audit.Records;

/// <summary>Details that are there or not.</summary>
internal static class RecordExtensions
{
    public static void AddIfAny(this IDictionary<string, string> metadata, string name, string? value)
    {
        if (value is not null)
            metadata[name] = value;
    }
}
