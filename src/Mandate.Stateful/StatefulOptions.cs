using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Stateful;

/// <summary>How a worker runs <see cref="StatefulWorkflow"/>s.</summary>
public sealed record StatefulOptions
{
    /// <summary>Turns references into tokens: <see cref="VaultTokenAuthority"/> in the service's process, <see cref="RemoteTokenAuthority"/> elsewhere.</summary>
    public required IApiTokenAuthority Authority { get; init; }

    /// <summary>
    /// Whether a workflow of the same tree passes for an ancestor when no pipeline states which one it is; false unless set. Without the pipeline in front of the engine it is needed,
    /// and lets in whoever could read the tree's signed principal, such as an activity of the tree. Do not change it while workflows are open: what was decided would be decided
    /// otherwise on replay.
    /// </summary>
    public bool AllowUnstatedWorkflows { get; init; }

    /// <summary>Clock by which activities of the tree's own divide their work.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where to log to.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
