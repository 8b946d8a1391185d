namespace Mandate.Temporal.Workflows;

/// <summary>Marks a class or interface as a workflow.</summary>
/// <param name="name">Type name by which it is started; the class's name without a leading <c>I</c> of an interface by default.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface, Inherited = false)]
public sealed class WorkflowAttribute(string? name = null) : Attribute
{
    /// <summary>Type name, null for the default.</summary>
    public string? Name { get; } = name;

    /// <summary>Takes every workflow type no other registered workflow has. Its run method has one parameter, an array of <c>RawPayload</c>.</summary>
    public bool Dynamic { get; set; }

    /// <summary>Exceptions, beside failure exceptions, that fail the workflow instead of its task.</summary>
    public Type[]? FailureExceptionTypes { get; set; }
}
