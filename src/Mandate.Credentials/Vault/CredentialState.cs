namespace Mandate.Credentials.Vault;

/// <summary>How a credential stands.</summary>
public enum CredentialState
{
    /// <summary>It can be redeemed.</summary>
    Active,

    /// <summary>It was revoked: its secret is erased, and it stays revoked until a new one is set.</summary>
    Revoked,
}
