using Google.Protobuf.WellKnownTypes;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;
using Priority = Mandate.Temporal.Common.Priority;
using RetryPolicy = Mandate.Temporal.Common.RetryPolicy;

namespace Mandate.Temporal.Worker.Instance;

/// <content>What the workflow knows of itself.</content>
internal sealed partial class WorkflowInstance
{
    private Dictionary<string, RawPayload> _memo = [];

    internal WorkflowInfo Info { get => field ?? throw NotInitialised(); private set; }

    internal DeterministicRandom Random { get => field ?? throw NotInitialised(); private set; }

    internal IReadOnlyDictionary<string, RawPayload> Memo => _memo;

    internal SearchAttributeCollection TypedSearchAttributes { get; private set; } = SearchAttributeCollection.Empty;

    internal string CurrentDetails { get; set; } = "";

    internal Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    internal bool Patch(string patchId, bool deprecated)
    {
        ArgumentException.ThrowIfNullOrEmpty(patchId);
        EnsureWritable("ask for a patch");
        return Machine.Patch(patchId, deprecated);
    }

    internal void UpsertMemo(IReadOnlyCollection<MemoUpdate> updates)
    {
        EnsureWritable("upsert the memo");
        if (updates.Count == 0)
            throw new ArgumentException("At least one memo update is needed.", nameof(updates));
        var changed = new Memo();
        foreach (var update in updates)
        {
            var payload = PayloadConverter.ToPayload(update.HasValue ? update.Value : null);
            if (!changed.Fields.TryAdd(update.Key, payload))
                throw new ArgumentException($"The memo field '{update.Key}' is updated twice.", nameof(updates));
            if (update.HasValue)
                _memo[update.Key] = new(payload);
            else
                _memo.Remove(update.Key);
        }

        Machine.UpsertMemo(changed);
    }

    internal void UpsertSearchAttributes(IReadOnlyCollection<SearchAttributeUpdate> updates)
    {
        EnsureWritable("upsert search attributes");
        if (updates.Count == 0)
            throw new ArgumentException("At least one search attribute update is needed.", nameof(updates));
        var changed = new SearchAttributes();
        foreach (var update in updates)
        {
            var payload = update.Value is null ? SearchAttributePayloads.WriteUnset(update.Key) : SearchAttributePayloads.Write(update.Key, update.Value);
            if (!changed.IndexedFields.TryAdd(update.Key.Name, payload))
                throw new ArgumentException($"The search attribute '{update.Key.Name}' is updated twice.", nameof(updates));
        }

        TypedSearchAttributes = TypedSearchAttributes.With(updates);
        Machine.UpsertSearchAttributes(changed);
    }

    private void InitializeState(WorkflowJob.Start start)
    {
        var a = start.Attributes;
        _memo = a.Memo is null ? [] : a.Memo.Fields.ToDictionary(f => f.Key, f => new RawPayload(f.Value));
        TypedSearchAttributes = SearchAttributeCollection.FromProto(a.SearchAttributes);
        Random = new(a.OriginalExecutionRunId.Length > 0 ? a.OriginalExecutionRunId : Machine.RunId);
        Info = new WorkflowInfo(
            Attempt: Math.Max(1, a.Attempt),
            ContinuedRunId: NullIfEmpty(a.ContinuedExecutionRunId),
            CronSchedule: NullIfEmpty(a.CronSchedule),
            ExecutionTimeout: NullIfZero(a.WorkflowExecutionTimeout),
            FirstExecutionRunId: a.FirstExecutionRunId.Length > 0 ? a.FirstExecutionRunId : Machine.RunId,
            Headers: a.Header?.Fields,
            LastFailure: a.ContinuedFailure is { } failure ? ToException(failure) : null,
            LastResult: a.LastCompletionResult is { } result ? [.. result.Payloads_.Select(p => new RawPayload(p))] : null,
            Namespace: _options.Namespace,
            Parent: a.ParentWorkflowExecution is { } parent ? new(a.ParentWorkflowNamespace, parent.RunId, parent.WorkflowId) : null,
            Priority: Priority.FromProto(a.Priority),
            RetryPolicy: RetryPolicy.FromProto(a.RetryPolicy),
            Root: a.RootWorkflowExecution is { } root && root.RunId != Machine.RunId ? new(root.RunId, root.WorkflowId) : null,
            RunId: Machine.RunId,
            RunTimeout: NullIfZero(a.WorkflowRunTimeout),
            StartTime: Machine.Time,
            TaskQueue: a.TaskQueue?.Name is { Length: > 0 } queue ? queue : _options.TaskQueue,
            TaskTimeout: a.WorkflowTaskTimeout?.ToTimeSpan() ?? TimeSpan.FromSeconds(10),
            WorkflowId: Machine.WorkflowId,
            WorkflowStartTime: start.StartTime.ToDateTime(),
            WorkflowType: a.WorkflowType.Name)
        {
            RawArguments = a.Input?.Payloads_ is { Count: > 0 } input ? [.. input] : [],
        };
    }

    private static InvalidOperationException NotInitialised() => new("The workflow is not initialised yet.");

    private Memo? CurrentMemo()
    {
        if (_memo.Count == 0)
            return null;
        var memo = new Memo();
        foreach (var (key, value) in _memo)
            memo.Fields[key] = value.Payload;
        return memo;
    }

    private Memo ToMemo(IReadOnlyDictionary<string, object> values)
    {
        var memo = new Memo();
        foreach (var (key, value) in values)
            memo.Fields[key] = PayloadConverter.ToPayload(value);
        return memo;
    }

    private Payloads? ToPayloads(IReadOnlyCollection<object?> values) => PayloadConverter.ToPayloads(values);

    private static Header? ToHeader(IReadOnlyDictionary<string, Payload>? headers)
    {
        if (headers is null || headers.Count == 0)
            return null;
        var header = new Header();
        foreach (var (key, value) in headers)
            header.Fields[key] = value;
        return header;
    }

    private static Duration? ToDuration(TimeSpan? value) => value is { } v ? Duration.FromTimeSpan(v) : null;

    private static string? NullIfEmpty(string value) => value.Length == 0 ? null : value;

    private static TimeSpan? NullIfZero(Duration? value) => value is null || value.ToTimeSpan() == TimeSpan.Zero ? null : value.ToTimeSpan();
}
