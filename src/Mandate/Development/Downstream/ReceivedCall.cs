namespace Mandate.Development.Downstream;

/// <summary>What the sample service saw of one call.</summary>
internal sealed record ReceivedCall
{
    /// <summary>What was asked for.</summary>
    public required string Operation { get; init; }

    /// <summary>Subject of the verified service token.</summary>
    public required string Service { get; init; }

    /// <summary>Audience of the verified service token.</summary>
    public required string Audience { get; init; }

    /// <summary><c>X-Forwarded-User</c>.</summary>
    public required string User { get; init; }

    /// <summary><c>X-Forwarded-Tenant</c>.</summary>
    public required string Tenant { get; init; }

    /// <summary>Whether the call carries on a trace.</summary>
    public required bool IsTraced { get; init; }

    /// <summary>Everything the caller sent, headers and body, to look for what must not be in it. In memory only.</summary>
    public required string Everything { get; init; }
}
