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

    /// <summary>A request to cancel. It has no name, and no header on Temporal's wire: its statement is for the pipeline and the ledger.</summary>
    Cancel,

    /// <summary>A termination. It has no name, and no header on Temporal's wire: its statement is for the pipeline and the ledger.</summary>
    Terminate,

    /// <summary>A run that a schedule starts: the statement names the schedule's owner, the workflow id in it is the schedule's id. It has no name.</summary>
    Schedule,
}
