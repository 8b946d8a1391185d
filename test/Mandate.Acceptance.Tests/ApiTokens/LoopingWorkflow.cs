using Mandate.Temporal.Workflows;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>A plain workflow that continues as new once, and that has a token in clear among its arguments.</summary>
[Workflow("TokenLoop")]
public sealed class LoopingWorkflow
{
    public const string Secret = "secret-of-the-loop-itself";

    /// <summary>What the second run was given in place of it.</summary>
    [WorkflowQuery("given")]
    public string Given { get; private set; } = "";

    [WorkflowRun]
    public async Task RunAsync(TokenInput input)
    {
        if (Workflow.Info.ContinuedRunId is null)
            throw Workflow.CreateContinueAsNewException("TokenLoop", [new { apiToken = Secret, apiUrl = "https://api.example.com" }]);
        Given = $"{input.ApiToken?.Name} {input.ApiToken?.Epoch}";
        await Workflow.WaitConditionAsync(() => false);
    }
}
