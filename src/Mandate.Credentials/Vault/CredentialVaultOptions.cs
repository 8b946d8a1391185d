using System.Data.Common;
using Mandate.Credentials.Vault.Keys;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Credentials.Vault;

/// <summary>How a vault is opened.</summary>
public sealed record CredentialVaultOptions
{
    /// <summary>File of the embedded store (SQLite), created when missing. Either this or <see cref="Postgres"/>.</summary>
    public string? Path { get; init; }

    /// <summary>A PostgreSQL database that several machines share; its tables are created when missing. Not disposed. Either this or <see cref="Path"/>.</summary>
    public DbDataSource? Postgres { get; init; }

    /// <summary>Wraps the keys that encrypt the secrets.</summary>
    public required IKeyEncryption KeyEncryption { get; init; }

    /// <summary>Configured sources by name.</summary>
    public IReadOnlyDictionary<string, CredentialSource> Sources { get; init; } = new Dictionary<string, CredentialSource>();

    /// <summary>Gets narrower tokens; null where no provider offers it.</summary>
    public ICredentialNarrower? Narrower { get; init; }

    /// <summary>
    /// How long a secret is kept in memory without asking the store: 0 to 60 s, 2 s unless set. What this process sets or revokes holds at once; what another machine does, within this
    /// time, and at once where a newer reference is presented.
    /// </summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Where to log why the store cannot be used: who asks for a credential is not told of hosts, databases and users.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
