using Mandate.Credentials;

namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:ApiTokens</c>: the vault, and the tokens of stateful workflows.</summary>
internal sealed class ApiTokenOptions
{
    /// <summary>File of the vault's keys; <c>vault-keys.json</c> in the data directory unless set.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The secret store that keeps the vault's keys, in place of <see cref="KeyFile"/>.</summary>
    public CredentialPlaceOptions? KeyStore { get; set; }

    /// <summary>Connection string of a PostgreSQL database that holds the vault, for several machines; unset, it is a file in the data directory. Prefer <see cref="PostgresFile"/>.</summary>
    public string? Postgres { get; set; }

    /// <summary>File that holds the connection string and nothing else.</summary>
    public string? PostgresFile { get; set; }

    /// <summary>How long a token is kept in memory without asking the vault's store.</summary>
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether tokens of trees that have ended are removed; unless set, where the vault is a file.</summary>
    public bool? RemoveEnded { get; set; }

    /// <summary>Where a token may be sent that was set without hosts.</summary>
    public List<string> Hosts { get; set; } = [];

    /// <summary>Token sources by name, from which workflows renew their tokens.</summary>
    public Dictionary<string, ApiTokenSourceOptions> Sources { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The client that exchanges tokens for ones with fewer scopes; unset, tokens are narrowed by hosts alone.</summary>
    public OAuth2ClientOptions? TokenExchange { get; set; }

    /// <summary>For a worker on its own: the service's REST API; the origin of <c>Mandate:Identity:KeysAddress</c> unless set.</summary>
    public string? ServiceAddress { get; set; }
}
