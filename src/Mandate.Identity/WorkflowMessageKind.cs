namespace Mandate.Identity;

/// <summary>What kind of message a workflow is sent.</summary>
public enum WorkflowMessageKind
{
    /// <summary>A signal.</summary>
    Signal,

    /// <summary>An update.</summary>
    Update,

    /// <summary>A query.</summary>
    Query,
}
