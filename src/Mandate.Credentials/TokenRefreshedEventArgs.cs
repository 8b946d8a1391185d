namespace Mandate.Credentials;

/// <summary>One attempt to get a token has ended.</summary>
public sealed class TokenRefreshedEventArgs : EventArgs
{
    /// <summary>Client id, once credentials were found.</summary>
    public string? ClientId { get; init; }

    /// <summary>The place the credentials came from, once they were found; never a value.</summary>
    public string? CredentialSource { get; init; }

    /// <summary>When the attempt ended.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>When the new token expires; null after a failure.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why there is no token; null after a success.</summary>
    public TokenException? Error { get; init; }
}
