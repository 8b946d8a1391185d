using Mandate.Stateful;
using Mandate.Temporal.Workflows;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>What <see cref="TokenWorkflow"/> would be after a change that running workflows do not survive: it starts no children.</summary>
[Workflow("TokenTree")]
public sealed class ShorterTokenWorkflow : StatefulWorkflow
{
    [WorkflowRun]
    public Task RunAsync(TokenInput input) => WaitOrContinueAsNewAsync(() => input.Depth < 0);
}
