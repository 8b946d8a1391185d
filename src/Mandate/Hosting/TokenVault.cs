using System.Data.Common;
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
    private readonly IReadOnlyList<IDisposable> _clients;

    private TokenVault(CredentialVault vault, KeyRing keys, AllowedHosts defaultHosts, NpgsqlDataSource? postgres, IReadOnlyList<IDisposable> clients) =>
        (Vault, Keys, DefaultHosts, _postgres, _clients) = (vault, keys, defaultHosts, postgres, clients);

    /// <summary>The keys that wrap the vault's.</summary>
    public KeyRing Keys { get; }

    /// <summary>The vault.</summary>
    public CredentialVault Vault { get; }

    /// <summary>Where tokens may be sent that were set without hosts.</summary>
    public AllowedHosts DefaultHosts { get; }

    /// <summary>Opens the vault; it and its keys are created on the first start on a data directory.</summary>
    /// <exception cref="ConfigurationException">The vault, its keys or a source cannot be used.</exception>
    public static async Task<TokenVault> OpenAsync(MandateOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var settings = options.ApiTokens;
        var path = FileOf(options);
        var postgres = SecretText.Read("Mandate:ApiTokens:PostgresFile", settings.PostgresFile, settings.Postgres) is { } connection ? DataSource(connection) : null;
        var clients = new List<IDisposable>();
        try
        {
            var sources = settings.Sources.ToDictionary(
                s => s.Key, s => new CredentialSource(Source(s.Key, s.Value, clients, loggers), AllowedHosts.Parse(s.Value.Hosts), s.Value.Tenants), StringComparer.Ordinal);
            // A vault and no keys means that the keys were lost: new ones would hide that its secrets are.
            var keys = await OpenKeysAsync(options, createWhenMissing: postgres is null && !File.Exists(path), loggers, cancellation);
            TokenExchangeNarrower? narrower = null;
            if (settings.TokenExchange is { } exchange)
                clients.Add(narrower = new(Client("Mandate:ApiTokens:TokenExchange", exchange, clients, loggers)));
            var vault = await CredentialVault.OpenAsync(
                new()
                {
                    Path = postgres is null ? path : null,
                    Postgres = postgres,
                    KeyEncryption = keys,
                    Sources = sources,
                    Narrower = narrower,
                    CacheFor = settings.CacheFor,
                    LoggerFactory = loggers,
                },
                cancellation);
            return new(vault, keys, AllowedHosts.Parse(settings.Hosts), postgres, clients);
        }
        catch (Exception e)
        {
            clients.ForEach(c => c.Dispose());
            if (postgres is not null)
                await postgres.DisposeAsync();
            if (e is KeyRingException or CredentialException or ArgumentException or FormatException)
                throw new ConfigurationException($"The vault of API tokens cannot be opened: {Explain(e)}");
            throw;
        }
    }

    /// <summary>An error of the vault for who started this program: what its database says goes to nobody else.</summary>
    public static string Explain(Exception error) => error is CredentialException { InnerException: DbException cause } ? $"{error.Message} {cause.Message}" : error.Message;

    /// <summary>File of a vault that is not in a database.</summary>
    public static string FileOf(MandateOptions options) => Path.Combine(options.DataDirectory, "vault.db");

    /// <summary>Opens the keys alone.</summary>
    /// <exception cref="KeyRingException">They are missing or cannot be used.</exception>
    public static Task<KeyRing> OpenKeysAsync(MandateOptions options, bool createWhenMissing, ILoggerFactory loggers, CancellationToken cancellation) =>
        options.ApiTokens.KeyStore is { } store
            ? KeyRing.OpenAsync(store.CreateStore(loggers: loggers), store.SecretName!, cancellation)
            : KeyRing.OpenAsync(options.ApiTokens.KeyFile ?? Path.Combine(options.DataDirectory, "vault-keys.json"), createWhenMissing, cancellation: cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Vault.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        foreach (var client in _clients)
            client.Dispose();
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

    private static IAccessTokenSource Source(string name, ApiTokenSourceOptions source, List<IDisposable> clients, ILoggerFactory loggers)
    {
        if (source.Store is { } store)
            return new SecretStoreTokenSource(Open(store, clients, loggers), store.SecretName!, source.Key, source.CheckEvery);
        var client = new ClientCredentialsTokenSource(
            Client($"Mandate:ApiTokens:Sources:{name}", source, clients, loggers) with { Scopes = source.Scopes, RefreshBefore = source.RefreshBefore }, loggers: loggers);
        clients.Add(client);
        return client;
    }

    private static ClientCredentialsOptions Client(string setting, OAuth2ClientOptions client, List<IDisposable> clients, ILoggerFactory loggers)
    {
        var options = new ClientCredentialsOptions
        {
            TokenEndpoint = client.TokenEndpoint is { } endpoint ? new Uri(endpoint) : null,
            Authority = client.Authority is { } authority ? new Uri(authority) : null,
            Audience = client.Audience,
        };
        return client.ClientSecretStore is { } store
            ? options with { Credentials = new StoredClientSecret(client.ClientId ?? "", Open(store, clients, loggers), store.SecretName!, client.ClientSecretKey) }
            : options with
            {
                ClientId = client.ClientId ?? "",
                ClientSecret = SecretText.Read($"{setting}:ClientSecretFile", client.ClientSecretFile, client.ClientSecret)
                    ?? throw new ConfigurationException($"{setting}:ClientSecretFile is required: the file with the client's secret."),
            };
    }

    private static ISecretStore Open(CredentialPlaceOptions store, List<IDisposable> clients, ILoggerFactory loggers)
    {
        var opened = store.CreateStore(loggers: loggers);
        if (opened is IDisposable client)
            clients.Add(client);
        return opened;
    }
}
