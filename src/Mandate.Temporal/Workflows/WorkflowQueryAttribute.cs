namespace Mandate.Temporal.Workflows;

/// <summary>Marks a public method, which returns a value and no task, or a public property with a getter as a query. A query changes nothing and waits for nothing.</summary>
/// <param name="name">Name of the query; the member's name by default.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, Inherited = false)]
public sealed class WorkflowQueryAttribute(string? name = null) : Attribute
{
    /// <summary>Name, null for the default.</summary>
    public string? Name { get; } = name;

    /// <summary>What it is for, shown by tools.</summary>
    public string? Description { get; set; }

    /// <summary>Takes every query without a handler: the parameters are the name and an array of <c>RawPayload</c>.</summary>
    public bool Dynamic { get; set; }
}
