namespace Mandate.Temporal.Workflows;

/// <summary>The update whose handler runs.</summary>
/// <param name="Id">Id of the update.</param>
/// <param name="Name">Name of the update.</param>
public sealed record WorkflowUpdateInfo(string Id, string Name);
