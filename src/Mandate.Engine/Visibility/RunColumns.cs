using Mandate.Engine.Storage;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Workflow.V1;

namespace Mandate.Engine.Visibility;

/// <summary>The columns of a run's row that only lists and counts read, from what the row shows of the run.</summary>
internal static class RunColumns
{
    /// <summary>Columns that never change, in the order of <see cref="BindFixed"/>.</summary>
    public const string Fixed = "workflow_type, task_queue, execution_time, parent_workflow_id, parent_run_id, root_workflow_id, root_run_id";

    /// <summary>Columns that get their values when the run closes, in the order of <see cref="BindFinal"/>.</summary>
    public const string Final = "history_length, history_size, state_transitions";

    /// <summary>How many <see cref="Fixed"/> are.</summary>
    public const int FixedCount = 7;

    public static void BindFixed(SqliteStatement statement, int first, WorkflowExecutionInfo info)
    {
        statement.Bind(first, info.Type.Name).Bind(first + 1, info.TaskQueue).Bind(first + 2, (info.ExecutionTime ?? info.StartTime).ToDateTimeOffset().UtcTicks);
        BindText(statement, first + 3, info.ParentExecution?.WorkflowId);
        BindText(statement, first + 4, info.ParentExecution?.RunId);
        var root = info.RootExecution is { RunId.Length: > 0 } other && other.RunId != info.Execution.RunId ? other : null;
        BindText(statement, first + 5, root?.WorkflowId);
        BindText(statement, first + 6, root?.RunId);
    }

    /// <summary>What grows with an open run is told of closed ones only, as Temporal does: a row is not rewritten for every event.</summary>
    public static void BindFinal(SqliteStatement statement, int first, WorkflowExecutionInfo info)
    {
        if (info.Status is WorkflowExecutionStatus.Running or WorkflowExecutionStatus.Paused)
            statement.BindNull(first).BindNull(first + 1).BindNull(first + 2);
        else
            statement.Bind(first, info.HistoryLength).Bind(first + 1, info.HistorySizeBytes).Bind(first + 2, info.StateTransitionCount);
    }

    private static void BindText(SqliteStatement statement, int index, string? value)
    {
        if (string.IsNullOrEmpty(value))
            statement.BindNull(index);
        else
            statement.Bind(index, value);
    }
}
