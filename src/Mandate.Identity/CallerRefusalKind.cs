namespace Mandate.Identity;

/// <summary>What a refused caller can do about it.</summary>
public enum CallerRefusalKind
{
    /// <summary>Show other credentials: HTTP 401, gRPC <c>UNAUTHENTICATED</c>.</summary>
    Unauthenticated,

    /// <summary>Nothing by itself: the credentials are genuine and do not allow this. HTTP 403, gRPC <c>PERMISSION_DENIED</c>.</summary>
    Forbidden,

    /// <summary>Try again: the credentials could not be judged now. HTTP 503, gRPC <c>UNAVAILABLE</c>.</summary>
    Unavailable,
}
