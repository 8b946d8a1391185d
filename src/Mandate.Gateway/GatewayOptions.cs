using Mandate.Audit.Recording;
using Mandate.Identity;
using Mandate.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Gateway;

/// <summary>What a <see cref="GatewayPipeline"/> works with.</summary>
public sealed record GatewayOptions
{
    /// <summary>Finds out who calls.</summary>
    public required ICallerAuthenticator Authenticator { get; init; }

    /// <summary>Where every decision is recorded, or refused while it cannot be.</summary>
    public required AuditRecorder Recorder { get; init; }

    /// <summary>Signs for whom runs act. The pipeline is the only one, besides the REST API in the same process, that has it.</summary>
    public required PrincipalSigner Signer { get; init; }

    /// <summary>Verifies what the signer signed.</summary>
    public required PrincipalVerifier Verifier { get; init; }

    /// <summary>File with the keys that seal task tokens; shared by all gateways in front of one cluster. Created when missing.</summary>
    public required string TokenKeyFile { get; init; }

    /// <summary>The policy file; null for the built-in policy (docs/configuration.md).</summary>
    public string? PolicyFile { get; init; }

    /// <summary>How often the policy file is looked at. Default: 5 s.</summary>
    public TimeSpan PolicyReloadInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Who an unauthenticated caller from this machine is; null, the default, refuses it. For development machines: the caller is believed without proof. Callers from elsewhere, and
    /// callers whose credentials are not good, are refused in any case.
    /// </summary>
    public Caller? LoopbackCaller { get; init; }

    /// <summary>Whether <c>GetSystemInfo</c> is answered without credentials. Default: false.</summary>
    public bool AllowAnonymousSystemInfo { get; init; }

    /// <summary>
    /// For whom runs work that are started by a caller who acts for nobody, and runs that were started past the pipeline; null, the default, refuses them.
    /// </summary>
    public Principal? SystemPrincipal { get; init; }

    /// <summary>
    /// Search attribute (a Keyword) that holds a run's tenant, so that lists and counts show a caller its own tenant's runs. Only the pipeline writes it. Default:
    /// <c>MandateTenant</c>.
    /// </summary>
    public string TenantAttribute { get; init; } = "MandateTenant";

    /// <summary>Stages of other rooms, between the stamp and the record: they see the caller, a verified run, and headers that can be believed.</summary>
    public IReadOnlyList<RpcStage> ExtraStages { get; init; } = [];

    /// <summary>Told whether the ledger could be written, each time it was tried.</summary>
    public Action<bool>? LedgerAnswered { get; init; }

    /// <summary>Where to log to.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
