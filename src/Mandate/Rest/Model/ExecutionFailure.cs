using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>How an execution failed.</summary>
internal sealed record ExecutionFailure(
    [property: Description("The workflow's message.")] string Message,
    [property: Description("The kind of failure, such as an error type the workflow gave it.")] string Type);
