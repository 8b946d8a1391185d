namespace Mandate.Stateful.Tree;

/// <summary>How a run method ended. The numbers are in histories.</summary>
internal enum EndKind
{
    /// <summary>It has not ended.</summary>
    None = 0,

    Returned = 1,

    Failed = 2,

    /// <summary>The workflow was asked to cancel, and it let itself be cancelled.</summary>
    Canceled = 3,
}
