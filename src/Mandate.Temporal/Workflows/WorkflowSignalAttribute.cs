namespace Mandate.Temporal.Workflows;

/// <summary>Marks a public method returning <see cref="Task"/> as a signal handler.</summary>
/// <param name="name">Name of the signal; the method's name without <c>Async</c> by default.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class WorkflowSignalAttribute(string? name = null) : Attribute
{
    /// <summary>Name, null for the default.</summary>
    public string? Name { get; } = name;

    /// <summary>What it is for, shown by tools.</summary>
    public string? Description { get; set; }

    /// <summary>Takes every signal without a handler: the parameters are the name and an array of <c>RawPayload</c>.</summary>
    public bool Dynamic { get; set; }

    /// <summary>What happens when the workflow ends while the handler runs.</summary>
    public HandlerUnfinishedPolicy UnfinishedPolicy { get; set; } = HandlerUnfinishedPolicy.WarnAndAbandon;
}
