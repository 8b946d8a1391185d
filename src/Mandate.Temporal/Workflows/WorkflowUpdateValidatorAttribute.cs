namespace Mandate.Temporal.Workflows;

/// <summary>Marks a public method without result that rejects an update by throwing, before anything of it is recorded. Its parameters are those of the update.</summary>
/// <param name="updateMethod">Name of the update's method: <c>nameof(…)</c>.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WorkflowUpdateValidatorAttribute(string updateMethod) : Attribute
{
    /// <summary>Name of the update's method.</summary>
    public string UpdateMethod { get; } = updateMethod;
}
