using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>A workflow whose result is larger than an engine keeps.</summary>
[Workflow("answersAtLength")]
public sealed class AnswersAtLengthWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync(int bytes) => Task.FromResult(new string('x', bytes));
}
