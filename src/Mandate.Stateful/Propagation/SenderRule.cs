using Mandate.Identity;

namespace Mandate.Stateful.Propagation;

/// <summary>Who may send a message: what the attributes of its handler say.</summary>
/// <param name="Ancestor">Whether an ancestor may.</param>
/// <param name="Scopes">Scopes of which one lets a person or service in.</param>
internal sealed record SenderRule(bool Ancestor, IReadOnlyList<string> Scopes)
{
    /// <summary>Why the sender may not; null when it may.</summary>
    public string? Refuse(MessageSender? sender, IReadOnlyList<string> ancestors, string root, bool allowUnstated) => sender switch
    {
        null => "the sender is not known",
        { IsWorkflow: true } when !Ancestor => "it takes nothing from workflows",
        { Workflow: { } workflow } => workflow.RootWorkflowId == root && ancestors.Contains(workflow.WorkflowId, StringComparer.Ordinal) ? null : "the sender is none of its ancestors",
        { IsWorkflow: true } => allowUnstated && sender.IsOfSameTree && ancestors.Count > 0 ? null : "which workflow sent it is not stated",
        _ when Scopes.Count == 0 => "it takes nothing from outside its tree",
        _ => Scopes.Any(s => sender.Principal.Scopes.Contains(s, StringComparer.Ordinal)) ? null : $"the sender lacks the scope {string.Join(" or ", Scopes)}",
    };
}
