namespace Mandate.Temporal.Workflows;

/// <summary>What becomes of a child when its parent ends. The numbers are the protocol's.</summary>
public enum ParentClosePolicy
{
    /// <summary>The server's default.</summary>
    None = 0,

    /// <summary>The child is terminated.</summary>
    Terminate = 1,

    /// <summary>The child goes on.</summary>
    Abandon = 2,

    /// <summary>The child is asked to cancel.</summary>
    RequestCancel = 3,
}
