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
        ("TEMPORAL_TLS", "Mandate:Temporal:Tls"),
        ("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "Mandate:Temporal:AuthoritiesFile"),
        ("TEMPORAL_TLS_CLIENT_CERT_PATH", "Mandate:Temporal:ClientCertificateFile"),
        ("TEMPORAL_TLS_CLIENT_KEY_PATH", "Mandate:Temporal:ClientKeyFile"),
        ("TEMPORAL_TLS_SERVER_NAME", "Mandate:Temporal:ServerName"),
    ];

    /// <summary>Variables of the field that would change how the connection is secured, and are not honoured.</summary>
    private static readonly (string Variable, string Advice)[] Refused =
    [
        ("TEMPORAL_TLS_SERVER_CA_CERT_DATA", "Write the certificate to a file and name it in TEMPORAL_TLS_SERVER_CA_CERT_PATH."),
        ("TEMPORAL_TLS_CLIENT_CERT_DATA", "Write the certificate to a file and name it in TEMPORAL_TLS_CLIENT_CERT_PATH."),
        ("TEMPORAL_TLS_CLIENT_KEY_DATA", "Write the key to a file and name it in TEMPORAL_TLS_CLIENT_KEY_PATH."),
        ("TEMPORAL_TLS_DISABLE_HOST_VERIFICATION", "The server is always verified; name its authorities in TEMPORAL_TLS_SERVER_CA_CERT_PATH and, where it differs, its name in TEMPORAL_TLS_SERVER_NAME."),
    ];

    /// <summary>
    /// The settings, later ones overriding earlier ones: the usual variables first, then those of deployments, then our own. Empty values count as unset.
    /// </summary>
    /// <exception cref="ConfigurationException">A variable would weaken the connection, or cannot be honoured.</exception>
    public static IEnumerable<KeyValuePair<string, string?>> Read(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (variable, advice) in Refused)
        {
            if (variables.TryGetValue(variable, out var value) && value.Length > 0 && !value.Equals("false", StringComparison.OrdinalIgnoreCase))
                throw new ConfigurationException($"{variable} is not supported. {advice}");
        }

        foreach (var (variable, key) in Usual)
        {
            if (variables.TryGetValue(variable, out var value) && value.Length > 0)
                yield return new(key, value);
        }

        foreach (var setting in DeploymentVariables.Read(variables))
            yield return setting;

        foreach (var (variable, value) in variables)
        {
            if (DeploymentVariables.IsOne(variable, variables))
                continue;
            if (variable.StartsWith(LoggingPrefix, StringComparison.OrdinalIgnoreCase) && value.Length > 0)
                yield return new(variable.Replace("__", ":", StringComparison.Ordinal), value);
            else if (variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && variable.Length > Prefix.Length && value.Length > 0)
                yield return new($"{MandateOptions.Section}:{variable[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal)}", value);
        }
    }
}
