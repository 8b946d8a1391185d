using System.Text.Json;

namespace Mandate.Interop.Tests.Harness;

/// <summary>What <c>handle.describe()</c> of the TypeScript SDK answers.</summary>
public sealed record RunDescription(
    string Type,
    string WorkflowId,
    string RunId,
    string Status,
    string TaskQueue,
    long HistoryLength,
    DateTimeOffset StartTime,
    DateTimeOffset? CloseTime,
    IReadOnlyDictionary<string, JsonElement>? Memo,
    IReadOnlyDictionary<string, JsonElement>? SearchAttributes,
    Run? ParentExecution,
    IReadOnlyList<RunDescription.PendingActivity> PendingActivities,
    IReadOnlyList<RunDescription.PendingChild> PendingChildren)
{
    public sealed record PendingActivity(string ActivityId, string Type, int State, int Attempt);

    public sealed record PendingChild(string WorkflowId, string Type);
}
