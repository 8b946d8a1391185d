using Mandate.Configuration;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;
using Npgsql;

namespace Mandate.Hosting;

/// <summary>The vault of API tokens, as the settings say.</summary>
internal sealed class TokenVault : IAsyncDisposable
{
    private readonly NpgsqlDataSource? _postgres;
    private readonly IReadOnlyList<ClientCredentialsTokenSource> _sources;

    private TokenVault(CredentialVault vault, AllowedHosts defaultHosts, NpgsqlDataSource? postgres, IReadOnlyList<ClientCredentialsTokenSource> sources) =>
        (Vault, DefaultHosts, _postgres, _sources) = (vault, defaultHosts, postgres, sources);

    /// <summary>The vault.</summary>
    public CredentialVault Vault { get; }

    /// <summary>Where tokens may be sent that were set without hosts.</summary>
    public AllowedHosts DefaultHosts { get; }

    /// <summary>Opens the vault; it and its keys are created on the first start on a data directory.</summary>
    /// <exception cref="ConfigurationException">The vault, its keys or a source cannot be used.</exception>
    public static async Task<TokenVault> OpenAsync(MandateOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var settings = options.ApiTokens;
        var path = Path.Combine(options.DataDirectory, "vault.db");
        var postgres = SecretText.Read("Mandate:ApiTokens:PostgresFile", settings.PostgresFile, settings.Postgres) is { } connection ? DataSource(connection) : null;
        var clients = new Dictionary<string, ClientCredentialsTokenSource>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, source) in settings.Sources)
                clients[name] = Client(name, source, loggers);
            var vault = await CredentialVault.OpenAsync(
                new()
                {
                    Path = postgres is null ? path : null,
                    Postgres = postgres,
                    // A vault and no keys means that the keys were lost: new ones would hide that its secrets are.
                    KeyEncryption = await KeyRing.OpenAsync(
                        settings.KeyFile ?? Path.Combine(options.DataDirectory, "vault-keys.json"), createWhenMissing: postgres is null && !File.Exists(path), cancellation: cancellation),
                    Sources = settings.Sources.ToDictionary(s => s.Key, s => new CredentialSource(clients[s.Key], AllowedHosts.Parse(s.Value.Hosts), s.Value.Tenants), StringComparer.Ordinal),
                    CacheFor = settings.CacheFor,
                },
                cancellation);
            return new(vault, AllowedHosts.Parse(settings.Hosts), postgres, [.. clients.Values]);
        }
        catch (Exception e)
        {
            foreach (var client in clients.Values)
                client.Dispose();
            if (postgres is not null)
                await postgres.DisposeAsync();
            if (e is KeyRingException or CredentialException or ArgumentException)
                throw new ConfigurationException($"The vault of API tokens cannot be opened: {e.Message}");
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Vault.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        foreach (var source in _sources)
            source.Dispose();
    }

    private static NpgsqlDataSource DataSource(Secret connection)
    {
        try
        {
            return NpgsqlDataSource.Create(connection.Reveal());
        }
        catch (ArgumentException)
        {
            // What it says may quote the connection string, which holds a password.
            throw new ConfigurationException("Mandate:ApiTokens:Postgres is not a connection string of PostgreSQL, such as Host=db;Database=mandate;Username=mandate;Password=….");
        }
    }

    private static ClientCredentialsTokenSource Client(string name, ApiTokenSourceOptions source, ILoggerFactory loggers) => new(
        new()
        {
            TokenEndpoint = source.TokenEndpoint is { } endpoint ? new Uri(endpoint) : null,
            Authority = source.Authority is { } authority ? new Uri(authority) : null,
            ClientId = source.ClientId ?? "",
            ClientSecret = SecretText.Read($"Mandate:ApiTokens:Sources:{name}:ClientSecretFile", source.ClientSecretFile, source.ClientSecret)
                ?? throw new ConfigurationException($"Mandate:ApiTokens:Sources:{name}:ClientSecretFile is required: the file with the secret of the source's client."),
            Scopes = source.Scopes,
            Audience = source.Audience,
            RefreshBefore = source.RefreshBefore,
        },
        loggers: loggers);
}
