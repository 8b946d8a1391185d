using Mandate.Identity;
using Mandate.Temporal.Workflows;

namespace Mandate.Acceptance.Tests.Workflows;

/// <summary>One activity, whose answer is the result. Loaded by the program as a user's worker assembly is.</summary>
[Workflow(TypeName)]
public sealed class EchoWorkflow
{
    public const string TypeName = "Echo";
    public const string TaskQueue = "echo";

    // A kill loses the attempt that runs: this long passes before it is repeated.
    private static readonly ActivityOptions Options = new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) };

    [WorkflowRun]
    public async Task<EchoResult> RunAsync(string text)
    {
        var byActivity = await Workflow.ExecuteActivityAsync((EchoActivities a) => a.EchoAsync(text), Options);
        return byActivity with { WorkflowActsFor = Principal.Current.ToString() };
    }
}
