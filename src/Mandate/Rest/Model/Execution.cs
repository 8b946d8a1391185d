using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mandate.Rest.Model;

/// <summary>Answer of <c>GET /v1/executions/{id}</c>.</summary>
internal sealed record Execution
{
    [Description("Id of the execution.")]
    public required string WorkflowId { get; init; }

    [Description("Id of its run.")]
    public required string RunId { get; init; }

    [Description("Name of the workflow type.")]
    public required string WorkflowType { get; init; }

    [Description("Task queue of its worker.")]
    public required string TaskQueue { get; init; }

    [Description("How it stands.")]
    public required ExecutionStatus Status { get; init; }

    [Description("When it started, UTC.")]
    public required DateTimeOffset? StartTime { get; init; }

    [Description("When it ended, UTC; absent while it runs.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? CloseTime { get; init; }

    [Description("For whom it runs.")]
    public required ExecutionPrincipal Principal { get; init; }

    [Description("What it returned, when that is JSON; absent otherwise.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Result { get; init; }

    [Description("How it failed; absent unless it did.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExecutionFailure? Failure { get; init; }
}
