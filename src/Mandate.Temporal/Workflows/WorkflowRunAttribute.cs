namespace Mandate.Temporal.Workflows;

/// <summary>Marks the method a workflow runs: public, not static, returning <see cref="Task"/> or <see cref="Task{TResult}"/>, one per workflow.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WorkflowRunAttribute : Attribute;
