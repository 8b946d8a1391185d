using Mandate.Gateway.Calls;
using Mandate.Identity;

namespace Mandate.Gateway.Authorization;

/// <summary>One thing a caller wants to do, as rules see it. A call may want several: the answer of a workflow task wants each of its commands.</summary>
/// <param name="Caller">Who.</param>
/// <param name="Tenant">Tenant it is done for: the caller's, or that of the run a worker answers for; null for none.</param>
/// <param name="Group">What kind of thing.</param>
/// <param name="Operation">Name of the RPC, or of the command.</param>
/// <param name="Namespace">Where.</param>
internal sealed record PolicyAction(Caller Caller, string? Tenant, RpcGroup Group, string Operation, string Namespace)
{
    /// <summary>Workflow type of the run; empty when none is known.</summary>
    public string WorkflowType { get; init; } = "";

    /// <summary>Task queue; empty when none is known.</summary>
    public string TaskQueue { get; init; } = "";

    /// <summary>Kind of message; null when none is sent.</summary>
    public WorkflowMessageKind? Message { get; init; }

    /// <summary>Name of the signal, query or update.</summary>
    public string MessageName { get; init; } = "";

    /// <summary>One line for the log and the ledger.</summary>
    public override string ToString() => Message is { } kind && MessageName.Length > 0 ? $"{Operation} ({kind} {MessageName})" : Operation;
}
