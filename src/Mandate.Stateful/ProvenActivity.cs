namespace Mandate.Stateful;

/// <summary>The activity that a remote worker is at, as its task token proves.</summary>
/// <param name="RootWorkflowId">Top of the tree.</param>
/// <param name="WorkflowId">The workflow.</param>
/// <param name="RunId">Its run.</param>
/// <param name="Activity">The activity's type.</param>
public sealed record ProvenActivity(string RootWorkflowId, string WorkflowId, string RunId, string Activity);
