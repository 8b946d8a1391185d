using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Identity;

/// <summary>How a worker enforces identity.</summary>
public sealed record IdentityPropagationOptions
{
    /// <summary>Verifies the envelopes.</summary>
    public required PrincipalVerifier Verifier { get; init; }

    /// <summary>
    /// For whom a run works that was started without an envelope, from Temporal's own command line for example; null, the default, refuses it. A run whose envelope is there and not good is
    /// refused in any case.
    /// </summary>
    public Principal? AllowSystemPrincipal { get; init; }

    /// <summary>
    /// Whether signals and updates without a signed sender are delivered, as those of Temporal's own command line; false unless set. Those whose sender is there and not good are refused in
    /// any case.
    /// </summary>
    public bool AllowUnsignedMessages { get; init; }

    /// <summary>Where to log to.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
