using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Workflow.V1;

namespace Mandate.Engine.Tests.Visibility;

/// <summary>A run as the tests of lists know it.</summary>
internal sealed record TestRun
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public required long Key { get; init; }

    public string WorkflowId { get; init; } = "wf";

    public string RunId => $"run-{Key:D8}";

    public string WorkflowType { get; init; } = "Order";

    public string TaskQueue { get; init; } = "queue";

    public WorkflowExecutionStatus Status { get; init; } = WorkflowExecutionStatus.Running;

    public DateTimeOffset Start { get; init; } = Noon;

    public DateTimeOffset? Execution { get; init; }

    public DateTimeOffset? Close { get; init; }

    public long HistoryLength { get; init; } = 5;

    public (string WorkflowId, string RunId)? Parent { get; init; }

    public (string WorkflowId, string RunId)? Root { get; init; }

    /// <summary>Strings, longs, doubles, booleans, times, or arrays of strings.</summary>
    public IReadOnlyDictionary<string, object> Attributes { get; init; } = new Dictionary<string, object>();

    public static Payload Json(object? value) => new()
    {
        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") },
        Data = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(value is DateTimeOffset time ? time.ToString("O", CultureInfo.InvariantCulture) : value)),
    };

    public WorkflowExecutionInfo ToInfo()
    {
        var info = new WorkflowExecutionInfo
        {
            Execution = new() { WorkflowId = WorkflowId, RunId = RunId },
            Type = new() { Name = WorkflowType },
            TaskQueue = TaskQueue,
            Status = Status,
            StartTime = Start.ToTimestamp(),
            ExecutionTime = (Execution ?? Start).ToTimestamp(),
            CloseTime = Close?.ToTimestamp(),
            HistoryLength = HistoryLength,
            HistorySizeBytes = HistoryLength * 100,
            StateTransitionCount = HistoryLength,
            SearchAttributes = new(),
        };
        if (Parent is { } parent)
            info.ParentExecution = new() { WorkflowId = parent.WorkflowId, RunId = parent.RunId };
        if (Root is { } root)
            info.RootExecution = new() { WorkflowId = root.WorkflowId, RunId = root.RunId };
        foreach (var (name, value) in Attributes)
            info.SearchAttributes.IndexedFields.Add(name, Json(value));
        return info;
    }
}
