namespace Mandate.Identity;

/// <summary>The workflow that sent a message to another one.</summary>
/// <param name="WorkflowId">Its workflow id: claim <c>swid</c>.</param>
/// <param name="RunId">Its run: claim <c>srid</c>.</param>
/// <param name="RootWorkflowId">Workflow id at the top of the tree it belongs to, its own when it is the top: claim <c>sroot</c>.</param>
public sealed record WorkflowSender(string WorkflowId, string RunId, string RootWorkflowId)
{
    /// <summary>How it stands in claim <c>act</c>: <c>workflow:&lt;id&gt;</c>.</summary>
    public string Actor => ActorPrefix + WorkflowId;

    internal const string ActorPrefix = "workflow:";
}
