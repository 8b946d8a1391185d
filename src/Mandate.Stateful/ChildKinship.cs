namespace Mandate.Stateful;

/// <summary>What an id is to a workflow that may start children.</summary>
internal enum ChildKinship
{
    /// <summary>Nothing runs under it, and it is no ancestor's: a child may be started under it.</summary>
    Free,

    /// <summary>That of a child of the workflow, which runs.</summary>
    Runs,

    /// <summary>Another's child runs under it, or it is that of the tree's root, or of another ancestor.</summary>
    Anothers,
}
