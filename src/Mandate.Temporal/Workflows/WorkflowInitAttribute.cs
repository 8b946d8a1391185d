namespace Mandate.Temporal.Workflows;

/// <summary>Marks a constructor that takes the same parameters as the run method, so that handlers find the state set that came with the start.</summary>
[AttributeUsage(AttributeTargets.Constructor, Inherited = false)]
public sealed class WorkflowInitAttribute : Attribute;
