namespace Mandate.Credentials;

/// <summary>Client id and secret in environment variables: <c>&lt;PREFIX&gt;&lt;application&gt;_client_id</c> and <c>…_client_secret</c>.</summary>
/// <param name="prefix">Prefix of the variables, such as <c>MANDATE_</c>.</param>
/// <param name="variables">Reads a variable; null for this process's. Names are tried as written, then in upper case.</param>
public sealed class EnvironmentCredentials(string prefix = "MANDATE_", Func<string, string?>? variables = null) : IClientCredentialPlace
{
    private readonly Func<string, string?> _variables = variables ?? Environment.GetEnvironmentVariable;

    /// <inheritdoc/>
    public string Name => "environment";

    /// <inheritdoc/>
    public ValueTask<ClientCredential?> FindAsync(ApplicationName application, bool needsSecret, CancellationToken cancellation = default)
    {
        var (idName, secretName) = ($"{prefix}{application.ClientIdKey}", $"{prefix}{application.ClientSecretKey}");
        var (id, secret) = (Read(idName), Read(secretName));
        if (id is null && secret is null)
            return new((ClientCredential?)null);
        if (id is null || (secret is null && needsSecret))
            throw new SecretStoreException($"{(id is null ? secretName : idName)} is set, but {(id is null ? idName : secretName)} is not", isTransient: false);
        return new(new ClientCredential(id, secret is null ? null : new Secret(secret), Name));
    }

    private string? Read(string name) => NullIfEmpty(_variables(name)) ?? NullIfEmpty(_variables(name.ToUpperInvariant()));

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
