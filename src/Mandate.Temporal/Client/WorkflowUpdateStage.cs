namespace Mandate.Temporal.Client;

/// <summary>How far an update has come. The numbers are the protocol's.</summary>
public enum WorkflowUpdateStage
{
    /// <summary>Nothing asked for.</summary>
    None = 0,

    /// <summary>The server has taken it.</summary>
    Admitted = 1,

    /// <summary>The workflow has accepted it: it will be completed unless the workflow ends first.</summary>
    Accepted = 2,

    /// <summary>It has a result.</summary>
    Completed = 3,
}
