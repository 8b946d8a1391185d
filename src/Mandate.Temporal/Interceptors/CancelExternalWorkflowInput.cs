namespace Mandate.Temporal.Interceptors;

/// <summary>A workflow asks another one to cancel.</summary>
/// <param name="Id">Workflow id.</param>
/// <param name="RunId">Run, null for the present one.</param>
public sealed record CancelExternalWorkflowInput(
    string Id,
    string? RunId)
{
    /// <summary>The name of the call; arguments and headers may hold secrets.</summary>
    public override string ToString() => nameof(CancelExternalWorkflowInput);
}
