using System.Collections.Frozen;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Visibility.Attributes;

/// <summary>The attributes every namespace has. Names and types are Temporal's; numbers of the index are ours and a storage format.</summary>
internal static class SystemAttributes
{
    /// <summary>Custom attributes are numbered from here on.</summary>
    public const int FirstCustomKey = 100;

    private const string ClosedOnly = $"closed < {VisibilitySchema.OpenText}";

    /// <summary>All of them by name.</summary>
    public static FrozenDictionary<string, SearchAttribute> ByName { get; } = All().ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);

    public static SearchAttribute WorkflowId => ByName["WorkflowId"];

    public static SearchAttribute ExecutionStatus => ByName["ExecutionStatus"];

    private static IEnumerable<SearchAttribute> All() =>
    [
        Column("WorkflowId", IndexedValueType.Keyword, Always("workflow_id")),
        Column("RunId", IndexedValueType.Keyword, Always("run_id")),
        Column("WorkflowType", IndexedValueType.Keyword, Always("workflow_type")),
        Column("TaskQueue", IndexedValueType.Keyword, Always("task_queue")),
        Column("ExecutionStatus", IndexedValueType.Keyword, Always("status")) with { Meaning = ValueMeaning.Status },
        Column("StartTime", IndexedValueType.Datetime, Always("start_time")),
        Column("ExecutionTime", IndexedValueType.Datetime, Always("execution_time")),
        Column("CloseTime", IndexedValueType.Datetime, new("closed") { PresentWhen = ClosedOnly, OrderBy = "close_time" }),
        Column("ExecutionDuration", IndexedValueType.Int, new("(closed - execution_time) * 100")
        {
            PresentWhen = ClosedOnly,
            OrderBy = "(close_time - execution_time) * 100",
        }) with { Meaning = ValueMeaning.Duration },
        Column("HistoryLength", IndexedValueType.Int, new("history_length")),
        Column("HistorySizeBytes", IndexedValueType.Int, new("history_size")),
        Column("StateTransitionCount", IndexedValueType.Int, new("state_transitions")),
        Column("ParentWorkflowId", IndexedValueType.Keyword, new("parent_workflow_id")),
        Column("ParentRunId", IndexedValueType.Keyword, new("parent_run_id")),
        Column("RootWorkflowId", IndexedValueType.Keyword, OfRoot("root_workflow_id", "workflow_id")),
        Column("RootRunId", IndexedValueType.Keyword, OfRoot("root_run_id", "run_id")),

        Indexed(1, "TemporalChangeVersion", IndexedValueType.KeywordList),
        Indexed(2, "BinaryChecksums", IndexedValueType.KeywordList),
        Indexed(3, "BuildIds", IndexedValueType.KeywordList),
        Indexed(4, "BatcherNamespace", IndexedValueType.Keyword),
        Indexed(5, "BatcherUser", IndexedValueType.Keyword),
        Indexed(6, "TemporalScheduledStartTime", IndexedValueType.Datetime),
        Indexed(7, "TemporalScheduledById", IndexedValueType.Keyword),
        Indexed(8, "TemporalSchedulePaused", IndexedValueType.Bool),
        Indexed(9, "TemporalNamespaceDivision", IndexedValueType.Keyword),
        Indexed(10, "TemporalPauseInfo", IndexedValueType.KeywordList),
        Indexed(11, "TemporalReportedProblems", IndexedValueType.KeywordList),
        Indexed(12, "TemporalWorkerDeployment", IndexedValueType.Keyword) with { CanBeSet = false },
        Indexed(13, "TemporalWorkerDeploymentVersion", IndexedValueType.Keyword) with { CanBeSet = false },
        Indexed(14, "TemporalWorkflowVersioningBehavior", IndexedValueType.Keyword) with { CanBeSet = false },
        Indexed(15, "TemporalUsedWorkerDeploymentVersions", IndexedValueType.KeywordList) with { CanBeSet = false },
    ];

    private static AttributeColumn Always(string column) => new(column) { IsAlwaysPresent = true };

    /// <summary>A run that is its own root stores none, which keeps the index of roots to descendants.</summary>
    private static AttributeColumn OfRoot(string column, string own) => new(column)
    {
        Otherwise = own,
        OrderBy = $"coalesce({column}, {own})",
        IsAlwaysPresent = true,
    };

    private static SearchAttribute Column(string name, IndexedValueType type, AttributeColumn column) =>
        new() { Name = name, Type = type, Column = column, CanBeSet = false };

    private static SearchAttribute Indexed(int key, string name, IndexedValueType type) => new() { Name = name, Type = type, Key = key };
}
