namespace Mandate.Engine.Storage;

/// <summary>Kinds of rows in the <c>parts</c> table. Numbers are a storage format.</summary>
internal enum PartKind
{
    /// <summary>State of a pending activity that no event holds; id is its scheduled event id.</summary>
    Activity = 1,

    /// <summary>An event that waits for an id until the started workflow task ends; id is its place in the buffer.</summary>
    BufferedEvent = 2,

    /// <summary>The transient workflow task; id is 0.</summary>
    WorkflowTask = 3,

    /// <summary>A message to another run; id counts within the run.</summary>
    Outbox = 4,
}
