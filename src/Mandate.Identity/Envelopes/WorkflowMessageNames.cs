namespace Mandate.Identity.Envelopes;

/// <summary>Messages as they are named in claim <c>msg</c>.</summary>
internal static class WorkflowMessageNames
{
    public static string Named(this WorkflowMessageKind kind, string name) => kind switch
    {
        WorkflowMessageKind.Signal => "signal:" + name,
        WorkflowMessageKind.Update => "update:" + name,
        WorkflowMessageKind.Query => "query:" + name,
        WorkflowMessageKind.Cancel or WorkflowMessageKind.Terminate or WorkflowMessageKind.Schedule when name.Length > 0 => throw new ArgumentException($"A {kind} has no name.", nameof(name)),
        WorkflowMessageKind.Cancel => "cancel",
        WorkflowMessageKind.Terminate => "terminate",
        WorkflowMessageKind.Schedule => "schedule",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This is no kind of message."),
    };
}
