using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>Answer of <c>POST /v1/executions</c>: the execution is durable.</summary>
internal sealed record StartedExecution(
    [property: Description("Id of the execution.")] string WorkflowId,
    [property: Description("Id of its run.")] string RunId,
    [property: Description("Name of the workflow type.")] string WorkflowType,
    [property: Description("Task queue it was put on.")] string TaskQueue,
    [property: Description("For whom it runs.")] ExecutionPrincipal Principal);
