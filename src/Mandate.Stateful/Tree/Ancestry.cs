using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>The workflows a run descends from. The server says which is its parent and which the root; those between are what the parent handed on, and a list that leaves out one of the two is none.</summary>
internal static class Ancestry
{
    /// <summary>Workflow ids from the root down to the parent; empty for a root, whatever a header claims.</summary>
    public static IReadOnlyList<string> Of(WorkflowInfo info, TreeSnapshot? snapshot)
    {
        if (info.Parent is not { } parent)
            return [];
        // A server of before roots were known says of none, and nothing against the list.
        var root = info.Root;
        if (snapshot?.Ancestors is [.., var last] handedOn && last == parent.WorkflowId && (root is null || handedOn[0] == root.WorkflowId))
            return handedOn;
        return root is not null && root.WorkflowId != parent.WorkflowId ? [root.WorkflowId, parent.WorkflowId] : [parent.WorkflowId];
    }

    /// <summary>Lets no workflow start itself or one it descends from as its child.</summary>
    /// <exception cref="ApplicationFailureException">The child would be one of them (<see cref="ApiTokenFailureTypes.CircularTree"/>).</exception>
    public static void RefuseCircle(string child, IReadOnlyList<string> ancestors)
    {
        if (child != Workflow.Info.WorkflowId && !ancestors.Contains(child, StringComparer.Ordinal))
            return;
        throw new ApplicationFailureException(
            $"The child '{child}' is not started: it is the workflow itself or one it descends from ({string.Join(" > ", ancestors.Append(Workflow.Info.WorkflowId))}). Give the child another id.",
            ApiTokenFailureTypes.CircularTree,
            nonRetryable: true);
    }

    /// <summary>Workflow id at the top of a run's tree.</summary>
    public static string RootOf(WorkflowInfo info) => info.Root?.WorkflowId ?? (info.Parent is null ? info.WorkflowId : "");
}
