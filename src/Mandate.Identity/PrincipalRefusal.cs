namespace Mandate.Identity;

/// <summary>Why an envelope was refused.</summary>
public enum PrincipalRefusal
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It is not an envelope of this kind.</summary>
    Malformed,

    /// <summary>It names a key that does not exist.</summary>
    UnknownKey,

    /// <summary>Its signature is wrong.</summary>
    BadSignature,

    /// <summary>Somebody else than the configured issuer signed it.</summary>
    WrongIssuer,

    /// <summary>It is meant for another namespace.</summary>
    WrongNamespace,

    /// <summary>It is fixed to another run.</summary>
    WrongRun,

    /// <summary>It states the sender of another message.</summary>
    WrongMessage,

    /// <summary>The sender is of another tenant than the run.</summary>
    WrongTenant,

    /// <summary>The user may no longer act: it was revoked since.</summary>
    Revoked,

    /// <summary>Not decided: the keys are not at hand yet. Try again.</summary>
    KeysUnavailable,
}
