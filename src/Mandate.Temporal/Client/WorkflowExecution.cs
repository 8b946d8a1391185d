using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Workflow.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Common;

namespace Mandate.Temporal.Client;

/// <summary>A run as the server lists it.</summary>
public class WorkflowExecution
{
    private readonly DataConverter _converter;

    internal WorkflowExecution(WorkflowExecutionInfo info, DataConverter converter)
    {
        RawInfo = info;
        _converter = converter;
    }

    /// <summary>The protocol's message.</summary>
    public WorkflowExecutionInfo RawInfo { get; }

    /// <summary>Workflow id.</summary>
    public string Id => RawInfo.Execution.WorkflowId;

    /// <summary>Run.</summary>
    public string RunId => RawInfo.Execution.RunId;

    /// <summary>Workflow type.</summary>
    public string WorkflowType => RawInfo.Type.Name;

    /// <summary>State.</summary>
    public WorkflowExecutionStatus Status => RawInfo.Status;

    /// <summary>Task queue.</summary>
    public string TaskQueue => RawInfo.TaskQueue;

    /// <summary>When the run was started, UTC.</summary>
    public DateTime StartTime => RawInfo.StartTime.ToDateTime();

    /// <summary>When the first workflow task was due, UTC: later than the start for a delayed one.</summary>
    public DateTime? ExecutionTime => RawInfo.ExecutionTime?.ToDateTime();

    /// <summary>When the run was closed, UTC.</summary>
    public DateTime? CloseTime => RawInfo.CloseTime?.ToDateTime();

    /// <summary>Number of events.</summary>
    public long HistoryLength => RawInfo.HistoryLength;

    /// <summary>Workflow id of the parent, of a child.</summary>
    public string? ParentId => RawInfo.ParentExecution?.WorkflowId;

    /// <summary>Run of the parent, of a child.</summary>
    public string? ParentRunId => RawInfo.ParentExecution?.RunId;

    /// <summary>Workflow id of the root, when the server tells.</summary>
    public string? RootId => RawInfo.RootExecution?.WorkflowId;

    /// <summary>Search attributes.</summary>
    public SearchAttributeCollection TypedSearchAttributes => field ??= SearchAttributeCollection.FromProto(RawInfo.SearchAttributes);

    /// <summary>Names of the memo fields.</summary>
    public IReadOnlyCollection<string> MemoKeys => RawInfo.Memo is { } memo ? [.. memo.Fields.Keys] : [];

    /// <summary>Reads a memo field.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public Task<T> GetMemoAsync<T>(string key, CancellationToken cancellationToken = default) => RawInfo.Memo is { } memo && memo.Fields.TryGetValue(key, out var payload)
        ? _converter.ToValueAsync<T>(payload, cancellationToken)
        : throw new KeyNotFoundException($"There is no memo field '{key}'.");

    /// <summary>Type, id and state.</summary>
    public override string ToString() => $"{WorkflowType} {Id}/{RunId}: {Status}";
}
