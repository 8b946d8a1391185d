namespace Mandate.Credentials.Vault;

/// <summary>A secret to be kept under a name.</summary>
public sealed record CredentialSetting
{
    /// <summary>Who may use it.</summary>
    public required CredentialOwner Owner { get; init; }

    /// <summary>Its name within the owner's tree, 1 to <see cref="CredentialReference.MaximumNameLength"/> characters, none of them a control character.</summary>
    public required string Name { get; init; }

    /// <summary>The secret.</summary>
    public required Secret Value { get; init; }

    /// <summary>Where it may be sent; null keeps what was set before, or <see cref="AllowedHosts.None"/> where nothing was.</summary>
    public AllowedHosts? Hosts { get; init; }

    /// <summary>When the secret expires; null when that is not known.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
