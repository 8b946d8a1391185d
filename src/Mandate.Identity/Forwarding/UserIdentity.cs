namespace Mandate.Identity.Forwarding;

/// <summary>How a called service is told the user.</summary>
public enum UserIdentity
{
    /// <summary>This service's own token, and the user in headers beside it. The called service trusts this one.</summary>
    Headers,

    /// <summary>A token of the user's, with this service as its actor (RFC 8693), and no headers. Where the provider gives none the call fails.</summary>
    ExchangedToken,

    /// <summary>A token of the user's; where the provider says that it exchanges none, headers. Whether it does is asked for each call, so both kinds of call must be right for the called service.</summary>
    ExchangedTokenOrHeaders,
}
