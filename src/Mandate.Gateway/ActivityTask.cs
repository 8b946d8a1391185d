namespace Mandate.Gateway;

/// <summary>The activity a worker is at, as its sealed task token proves: only who was handed the task has it.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="WorkflowId">The workflow.</param>
/// <param name="RunId">Its run.</param>
/// <param name="RootWorkflowId">Top of its tree.</param>
/// <param name="Activity">The activity's type.</param>
public sealed record ActivityTask(string Namespace, string WorkflowId, string RunId, string RootWorkflowId, string Activity);
