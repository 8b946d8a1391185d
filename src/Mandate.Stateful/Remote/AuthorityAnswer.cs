using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Remote;

/// <summary>What the service answers. <see cref="Token"/> is the one place where a secret leaves it.</summary>
internal sealed record AuthorityAnswer
{
    public CredentialReference? Reference { get; init; }

    public string? Token { get; init; }

    public CredentialState State { get; init; }

    public DateTimeOffset SetAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RenewAt { get; init; }

    public string? Source { get; init; }

    /// <summary>Why there is nothing.</summary>
    public CredentialErrorKind? Error { get; init; }

    public string? Message { get; init; }

    public static AuthorityAnswer Of(CredentialStatus status) => new()
    {
        Reference = status.Reference,
        State = status.State,
        SetAt = status.SetAt,
        ExpiresAt = status.ExpiresAt,
        RenewAt = status.RenewAt,
        Source = status.Source,
    };

    /// <summary>The status, without the hosts, which are the service's business.</summary>
    public CredentialStatus ToStatus() => new(Reference!, State, AllowedHosts.None, SetAt, ExpiresAt, Source, RenewAt);

    /// <summary>No secret is shown.</summary>
    public override string ToString() => Error?.ToString() ?? Reference?.ToString() ?? "";
}
