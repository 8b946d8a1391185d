namespace Mandate.Stateful;

/// <summary>Types of the application failures this room raises, by which code and retry policies tell them.</summary>
public static class ApiTokenFailureTypes
{
    /// <summary>The workflow has no API token. Not retryable.</summary>
    public const string Missing = "ApiTokenMissing";

    /// <summary>The token was revoked. Not retryable.</summary>
    public const string Revoked = "ApiTokenRevoked";

    /// <summary>The token has expired; a retry may find a newer one.</summary>
    public const string Expired = "ApiTokenExpired";

    /// <summary>The token must not be sent to that host. Not retryable.</summary>
    public const string HostNotAllowed = "ApiTokenHostNotAllowed";

    /// <summary>The reference is not one of this tree's. Not retryable.</summary>
    public const string Unknown = "ApiTokenUnknown";

    /// <summary>What was asked for is not set up. Not retryable.</summary>
    public const string NotConfigured = "ApiTokenNotConfigured";

    /// <summary>The vault or the source cannot be reached now. Retryable.</summary>
    public const string Unavailable = "ApiTokenUnavailable";

    /// <summary>Somebody has set the token since, so it was not renewed. Not retryable.</summary>
    public const string Superseded = "ApiTokenSuperseded";

    /// <summary>The child's id is not the workflow's to narrow for: another's child runs under it, or it is an ancestor's; or the running child has a token of its own. Not retryable.</summary>
    public const string NameTaken = "ApiTokenNameTaken";

    /// <summary>A child would be one of its own ancestors. Not retryable.</summary>
    public const string CircularTree = "CircularTree";

    /// <summary>The sender may not do this. Not retryable.</summary>
    public const string Denied = "MessageDenied";
}
