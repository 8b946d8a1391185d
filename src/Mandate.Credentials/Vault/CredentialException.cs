namespace Mandate.Credentials.Vault;

/// <summary>A credential cannot be had. The message says why and what to do, and holds nothing secret.</summary>
public sealed class CredentialException(CredentialErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public CredentialErrorKind Kind { get; } = kind;

    /// <summary>Whether trying again later, with nothing changed, may succeed.</summary>
    public bool IsTransient => Kind is CredentialErrorKind.Unavailable;
}
