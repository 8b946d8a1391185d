namespace Mandate.Credentials;

/// <summary>Where a HashiCorp Vault is, and how to be let in.</summary>
public sealed record HashiCorpVaultOptions
{
    /// <summary>The Vault's address (<c>VAULT_ADDR</c>).</summary>
    public required Uri Address { get; init; }

    /// <summary>Mount of the key/value engine, version 2. Default: <c>secret</c>.</summary>
    public string Mount { get; init; } = "secret";

    /// <summary>The token to show (<c>VAULT_TOKEN</c>). Either this or <see cref="TokenFile"/>.</summary>
    public Secret? Token { get; init; }

    /// <summary>File with the token, read for each request: what a Vault agent keeps up to date.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Namespace of Vault Enterprise (<c>VAULT_NAMESPACE</c>); null for none.</summary>
    public string? Namespace { get; init; }

    /// <summary>How long one request may take: 10 s unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Allows a Vault on another machine to be reached without TLS. Token and secrets then travel in clear: for tests only.</summary>
    public bool AllowCleartext { get; init; }
}
