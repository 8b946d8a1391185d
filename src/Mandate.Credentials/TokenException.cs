namespace Mandate.Credentials;

/// <summary>No token could be had. The message says why and what to do; it holds nothing the provider wrote, which may echo the secret.</summary>
public sealed class TokenException : Exception
{
    internal TokenException(TokenErrorKind kind, string message, string? errorCode = null, int? statusCode = null, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        ErrorCode = errorCode;
        StatusCode = statusCode;
    }

    /// <summary>Why.</summary>
    public TokenErrorKind Kind { get; }

    /// <summary>Whether trying again later, with nothing changed, may succeed.</summary>
    public bool IsTransient => Kind is TokenErrorKind.Unavailable;

    /// <summary>The provider's error code when it is one of those of RFC 6749 section 5.2 and RFC 8707, such as <c>invalid_scope</c>; otherwise null.</summary>
    public string? ErrorCode { get; }

    /// <summary>Where client id and secret were looked for, in order, each with what was found there; empty when they are not the trouble.</summary>
    public IReadOnlyList<string> PlacesTried { get; internal init; } = [];

    /// <summary>The HTTP status of the provider's answer, when there was one.</summary>
    public int? StatusCode { get; }
}
