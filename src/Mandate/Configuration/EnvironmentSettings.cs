namespace Mandate.Configuration;

/// <summary>Settings among the environment variables.</summary>
internal static class EnvironmentSettings
{
    /// <summary>Variables that start with this are settings; <c>__</c> separates the parts of a name.</summary>
    public const string Prefix = "MANDATE_";

    /// <summary>The platform's settings for logging keep their usual names.</summary>
    private const string LoggingPrefix = "Logging__";

    /// <summary>Variables in use across the field, and the setting each of them is.</summary>
    private static readonly (string Variable, string Key)[] Usual =
    [
        ("DOTNET_ENVIRONMENT", "Mandate:Environment"),
        ("ASPNETCORE_ENVIRONMENT", "Mandate:Environment"),
        ("TEMPORAL_ADDRESS", "Mandate:Temporal:Address"),
        ("TEMPORAL_NAMESPACE", "Mandate:Temporal:Namespace"),
        ("TEMPORAL_API_KEY", "Mandate:Temporal:ApiKey"),
    ];

    /// <summary>The settings, later ones overriding earlier ones: the usual variables first, then our own. Empty values count as unset.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Read(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (variable, key) in Usual)
        {
            if (variables.TryGetValue(variable, out var value) && value.Length > 0)
                yield return new(key, value);
        }

        foreach (var (variable, value) in variables)
        {
            if (variable.StartsWith(LoggingPrefix, StringComparison.OrdinalIgnoreCase) && value.Length > 0)
                yield return new(variable.Replace("__", ":", StringComparison.Ordinal), value);
            else if (variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && variable.Length > Prefix.Length && value.Length > 0)
                yield return new($"{MandateOptions.Section}:{variable[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal)}", value);
        }
    }
}
