using Mandate.Credentials.Vault;
using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>A node of a tree that calls an API when it is asked to.</summary>
[Workflow("TokenTree")]
public sealed class TokenWorkflow : StatefulWorkflow
{
    public const string TaskQueue = "api-tokens";

    private bool _isDone;

    [WorkflowRun]
    public async Task RunAsync(TokenInput input)
    {
        if (Workflow.Info.ContinuedRunId is null && input.Depth > 0)
        {
            var child = new TokenInput { Depth = input.Depth - 1, Fanout = input.Fanout };
            await Workflow.WhenAllAsync(Enumerable.Range(0, input.Fanout).Select(
                i => StartChildAsync((TokenWorkflow wf) => wf.RunAsync(child), new()
                {
                    ApiToken = input.NarrowTo.Count > 0 ? ApiTokenPolicy.Downscope : ApiTokenPolicy.Inherit,
                    Hosts = input.NarrowTo.Count > 0 ? AllowedHosts.Parse(input.NarrowTo) : null,
                    Workflow = new() { Id = $"{Workflow.Info.WorkflowId}/{i}" },
                })));
        }

        await WaitOrContinueAsNewAsync(() => _isDone);
    }

    [WorkflowSignal("finish")]
    public Task FinishAsync()
    {
        _isDone = true;
        return Task.CompletedTask;
    }

    /// <summary>Stands still for as long as a file exists, as a workflow does whose machine is starved: it decides nothing by it.</summary>
    [WorkflowSignal("hold")]
    public Task HoldAsync(string file)
    {
        SpinWait.SpinUntil(() => !File.Exists(file));
        return Task.CompletedTask;
    }

    [WorkflowUpdate("call")]
    public Task<string> CallAsync() => Workflow.ExecuteActivityAsync((TokenActivities a) => a.CallAsync(Workflow.Info.WorkflowId), new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
}
