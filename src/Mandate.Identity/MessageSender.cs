using System.Diagnostics.CodeAnalysis;
using Mandate.Identity.Propagation;

namespace Mandate.Identity;

/// <summary>Who sent the message that a workflow is handling: a person or service at the edge, or another workflow. Verified before the handler runs.</summary>
/// <remarks>
/// A workflow is stated by the pipeline in front of the engine, which knows it: then <see cref="Workflow"/> tells which one. Without the pipeline a workflow can only show the signed
/// principal of its tree: then <see cref="RootWorkflowId"/> alone is known, and whoever could read that principal, such as an activity of the tree, could have sent the message as well.
/// </remarks>
public sealed record MessageSender
{
    /// <summary>For whom it was sent, with that user's scopes.</summary>
    public required Principal Principal { get; init; }

    /// <summary>The sending workflow; null when the sender is none, or is not stated.</summary>
    public WorkflowSender? Workflow { get; init; }

    /// <summary>Top of the tree that the sending workflow belongs to; null when the sender is no workflow.</summary>
    public string? RootWorkflowId { get; init; }

    /// <summary>Whether a workflow sent it.</summary>
    [MemberNotNullWhen(true, nameof(RootWorkflowId))]
    public bool IsWorkflow => RootWorkflowId is not null;

    /// <summary>Whether the sender belongs to the receiver's tree of workflows.</summary>
    public bool IsOfSameTree { get; init; }

    /// <summary>Whether the sender is stated to be the receiver's parent, by workflow id: a parent that continued as new is still it.</summary>
    public bool IsParent { get; init; }

    /// <summary>Whether the sender is stated to be the workflow at the top of the receiver's tree.</summary>
    public bool IsRoot { get; init; }

    /// <summary>The sender of the message that the present handler is for: of a signal, an update or a query.</summary>
    /// <exception cref="InvalidOperationException">No such handler runs here, or its message was let in unsigned.</exception>
    public static MessageSender Current => CurrentPrincipal.Sender ?? throw new InvalidOperationException(
        "There is no verified sender here. A sender is known in signal, update and query handlers of a worker with .AddIdentityPropagation(…), for messages that are signed.");

    /// <summary><see cref="Current"/> where there is one.</summary>
    public static bool TryGetCurrent([NotNullWhen(true)] out MessageSender? sender)
    {
        sender = CurrentPrincipal.Sender;
        return sender is not null;
    }
}
