using System.Text.Json.Serialization;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

[Workflow("continues")]
public sealed class ContinuesWorkflow
{
    [WorkflowRun]
    public Task<Link[]> RunAsync(int remaining, Link[]? trail = null)
    {
        var info = Workflow.Info;
        Link[] here = [.. trail ?? [], new Link(info.RunId, info.ContinuedRunId, info.FirstExecutionRunId)];
        return remaining > 0 ? throw Workflow.CreateContinueAsNewException((ContinuesWorkflow wf) => wf.RunAsync(remaining - 1, here)) : Task.FromResult(here);
    }

    /// <summary>One run of the chain.</summary>
    public sealed record Link(
        [property: JsonPropertyName("runId")] string RunId, [property: JsonPropertyName("from")] string? From, [property: JsonPropertyName("first")] string First);
}
