namespace Mandate.Credentials.Vault;

/// <summary>Why a credential cannot be had.</summary>
public enum CredentialErrorKind
{
    /// <summary>The reference is unknown to the vault, or is not for this tenant, tree and user. Which of them is not told.</summary>
    Unknown,

    /// <summary>The credential was revoked.</summary>
    Revoked,

    /// <summary>The secret has expired and nothing renews it.</summary>
    Expired,

    /// <summary>The credential must not be sent to that host.</summary>
    HostNotAllowed,

    /// <summary>What was asked for is not set up: a source or a way to narrow a credential.</summary>
    NotConfigured,

    /// <summary>The source or the store cannot be reached now. Trying again later may help.</summary>
    Unavailable,

    /// <summary>Somebody has set the credential since, so what was asked is not done.</summary>
    Superseded,

    /// <summary>The name has a secret of its own, which is not replaced by part of another.</summary>
    NameTaken,
}
