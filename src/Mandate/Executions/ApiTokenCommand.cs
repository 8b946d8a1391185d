using Mandate.Credentials.Vault;

namespace Mandate.Executions;

/// <summary>What a caller wants done with an execution's API token: exactly one of setting, renewing from a source, and revoking.</summary>
/// <param name="Token">The token to set.</param>
/// <param name="Source">The source to renew it from.</param>
/// <param name="IsRevoked">Whether to revoke it.</param>
/// <param name="Hosts">Where it may be sent; null keeps what holds.</param>
/// <param name="ExpiresAt">When it expires.</param>
internal sealed record ApiTokenCommand(string? Token, string? Source, bool IsRevoked, AllowedHosts? Hosts, DateTimeOffset? ExpiresAt)
{
    /// <summary>In the words of the ledger.</summary>
    public string Operation => IsRevoked ? "revoke" : Source is null ? "set" : "renew";

    /// <summary>The operation, never the token.</summary>
    public override string ToString() => Operation;
}
