namespace Mandate.Identity.Forwarding;

/// <summary>Settings of calls that carry forwarded identity.</summary>
public sealed record ForwardedIdentityOptions
{
    /// <summary>The audience of the service that is called: its tokens are asked for by this name.</summary>
    public required string Audience { get; init; }

    /// <summary>How the service is told the user; in headers unless set.</summary>
    public UserIdentity User { get; init; }

    /// <summary>Allows calls to another machine without TLS, where token and identity travel in clear. For networks that encrypt by themselves.</summary>
    public bool AllowCleartext { get; init; }

    /// <summary>Largest request body that is kept so that the call can be repeated once with a new token, in bytes; 1 MiB unless set. Calls with a larger one are not repeated.</summary>
    public int MaximumRepeatableBody { get; init; } = 1024 * 1024;
}
