using System.ComponentModel;
using System.Text.Json;

namespace Mandate.Rest.Model;

/// <summary>Body of <c>POST /v1/executions</c>.</summary>
internal sealed record StartExecutionRequest
{
    [Description("Name of the workflow type to run, at most 1,000 characters.")]
    public required string WorkflowType { get; init; }

    [Description("Id of the execution, at most 1,000 characters, unique among those that run. Generated when left out.")]
    public string? WorkflowId { get; init; }

    [Description("Task queue of the worker, at most 1,000 characters. Left out, the one known for the workflow type.")]
    public string? TaskQueue { get; init; }

    [Description("The workflow's argument, any JSON value, passed on as it is. Use either this or arguments.")]
    public JsonElement? Input { get; init; }

    [Description("The workflow's arguments, when it takes several. Use either this or input.")]
    public IReadOnlyList<JsonElement>? Arguments { get; init; }
}
