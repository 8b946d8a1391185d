using Mandate.Identity;

namespace Mandate.Gateway.Tenancy;

/// <summary>What is fixed about a run when it starts.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="WorkflowId">Its workflow id.</param>
/// <param name="RunId">Its run id; empty where only the id was asked for.</param>
/// <param name="RootWorkflowId">Workflow id at the top of its tree.</param>
/// <param name="WorkflowType">Its type.</param>
/// <param name="TaskQueue">Its task queue.</param>
/// <param name="Envelope">Its signed principal as text; null when it has none.</param>
/// <param name="Principal">For whom it works; null when that cannot be believed.</param>
/// <param name="Refusal">Why not, when <paramref name="Principal"/> is null.</param>
internal sealed record RunFacts(
    string Namespace, string WorkflowId, string RunId, string RootWorkflowId, string WorkflowType, string TaskQueue, string? Envelope, Principal? Principal, PrincipalRefusal? Refusal);
