using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tree;

/// <summary>The workflows a run descends from. The server says which is its parent and which the root; those between are what the parent handed on.</summary>
internal static class Ancestry
{
    /// <summary>Workflow ids from the root down to the parent; empty for a root, whatever a header claims.</summary>
    public static IReadOnlyList<string> Of(WorkflowInfo info, TreeSnapshot? snapshot)
    {
        if (info.Parent is not { } parent)
            return [];
        if (snapshot?.Ancestors is [.., var last] && last == parent.WorkflowId)
            return snapshot.Ancestors;
        return info.Root is { } root && root.WorkflowId != parent.WorkflowId ? [root.WorkflowId, parent.WorkflowId] : [parent.WorkflowId];
    }

    /// <summary>Workflow id at the top of a run's tree.</summary>
    public static string RootOf(WorkflowInfo info) => info.Root?.WorkflowId ?? (info.Parent is null ? info.WorkflowId : "");
}
