using System.Globalization;
using System.Net;

namespace Mandate.Configuration;

/// <summary>
/// The environment variables with which applications are deployed, <c>MANDATE_WORKFLOW_HOST</c> and the like, and the settings they are. Their prefix can be another one, so that deployments
/// made for another product's names work unchanged.
/// </summary>
internal static class DeploymentVariables
{
    private const string PrefixVariable = "MANDATE_WORKFLOW_ENV_PREFIX";
    private const string Authentication = "Mandate:WorkerAuthentication";
    private const string Host = "WORKFLOW_HOST";
    private const string Port = "WORKFLOW_PORT";
    private const string Tls = "WORKFLOW_TLS_ENABLED";
    private const string Enabled = "WORKFLOW_AUTH_ENABLED";
    private const string Scopes = "WORKFLOW_AUTH_SCOPES";

    private static readonly Dictionary<string, string> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        [Enabled] = $"{Authentication}:Enabled",
        ["WORKFLOW_AUTH_URL"] = $"{Authentication}:TokenEndpoint",
        ["WORKFLOW_AUTH_AUDIENCE"] = $"{Authentication}:Audience",
        ["APPLICATION_NAME"] = $"{Authentication}:ApplicationName",
        ["DEPLOYMENT_SECRET_COMPONENT"] = $"{Authentication}:SecretComponent",
        ["DEPLOYMENT_SECRET_NAME"] = $"{Authentication}:SecretName",
        ["WORKFLOW_NAMESPACE"] = "Mandate:Temporal:Namespace",
        [Tls] = "Mandate:Temporal:Tls",
    };

    /// <summary>The settings among the variables.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Read(IReadOnlyDictionary<string, string> variables)
    {
        var prefix = PrefixOf(variables);
        string? Value(string name) => variables.TryGetValue(prefix + name, out var value) && value.Length > 0 ? value : null;

        yield return new($"{Authentication}:EnvironmentPrefix", prefix);
        if (Value(Host) is { } host)
        {
            yield return new("Mandate:Temporal:Address", $"{host}:{Value(Port) ?? "7233"}");

            // A token goes to another machine by TLS, unless something says otherwise.
            if (bool.TryParse(Value(Enabled), out var isEnabled) && isEnabled && Value(Tls) is null && !IsLoopback(host))
                yield return new(Keys[Tls], bool.TrueString);
        }
        else if (Value(Port) is { } port)
        {
            yield return new("Mandate:Temporal:Address", $"127.0.0.1:{port}");
        }

        var scopes = Value(Scopes)?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) ?? [];
        for (var i = 0; i < scopes.Length; i++)
            yield return new(string.Create(CultureInfo.InvariantCulture, $"{Authentication}:Scopes:{i}"), scopes[i]);
        foreach (var (name, key) in Keys)
        {
            if (Value(name) is { } value)
                yield return new(key, value);
        }
    }

    /// <summary>Whether a variable belongs here, or holds an application's client id or secret, and so is no setting by its own name.</summary>
    public static bool IsOne(string variable, IReadOnlyDictionary<string, string> variables)
    {
        if (variable.Equals(PrefixVariable, StringComparison.OrdinalIgnoreCase))
            return true;
        var prefix = PrefixOf(variables);
        if (prefix.Length == 0 || !variable.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            return false;
        var name = variable[prefix.Length..];
        return Keys.ContainsKey(name)
            || name.ToUpperInvariant() is Host or Port or Scopes
            || name.EndsWith("_client_id", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("_client_secret", StringComparison.OrdinalIgnoreCase);
    }

    private static string PrefixOf(IReadOnlyDictionary<string, string> variables) =>
        variables.TryGetValue(PrefixVariable, out var prefix) && prefix.Length > 0 ? prefix : EnvironmentSettings.Prefix;

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
