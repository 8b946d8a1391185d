namespace Mandate.Temporal.Activities;

/// <summary>Marks a method, static or not, as an activity.</summary>
/// <param name="name">Activity type; the method's name without <c>Async</c> by default.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ActivityAttribute(string? name = null) : Attribute
{
    /// <summary>Activity type, null for the default.</summary>
    public string? Name { get; } = name;

    /// <summary>Takes every activity type no other registered activity has. The one parameter is an array of <c>RawPayload</c>.</summary>
    public bool Dynamic { get; set; }
}
