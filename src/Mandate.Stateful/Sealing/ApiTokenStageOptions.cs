using Mandate.Audit.Recording;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol;
using Microsoft.Extensions.Logging;

namespace Mandate.Stateful.Sealing;

/// <summary>What <see cref="ApiTokenStage"/> works with.</summary>
public sealed record ApiTokenStageOptions
{
    /// <summary>Where tokens go.</summary>
    public required CredentialVault Vault { get; init; }

    /// <summary>Verifies who sends, and for whom a run works: by the headers that the pipeline has stamped before this stage.</summary>
    public required PrincipalVerifier Verifier { get; init; }

    /// <summary>Answers questions about runs, without the pipeline.</summary>
    public required RpcHandler Engine { get; init; }

    /// <summary>Where settings of tokens and refusals are recorded; null for nowhere, in tests for example.</summary>
    public AuditRecorder? Recorder { get; init; }

    /// <summary>Where a token may be sent that comes without hosts and without an address, and replaces none; <see cref="AllowedHosts.None"/> unless set.</summary>
    public AllowedHosts DefaultHosts { get; init; } = AllowedHosts.None;

    /// <summary>Where to log to; null for nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
