using Mandate.Temporal.Common;
using Mandate.Temporal.Workflows;

namespace Mandate.Acceptance.Tests.Workflows;

/// <summary>Reserves something at each of some services.</summary>
[Workflow(TypeName)]
public sealed class ReserveWorkflow
{
    public const string TypeName = "Reserve";

    [WorkflowRun]
    public async Task<List<string>> RunAsync(List<string> services)
    {
        var answers = new List<string>();
        foreach (var service in services)
        {
            answers.Add(await Workflow.ExecuteActivityAsync(
                (ReserveActivities a) => a.ReserveAsync(service, "chair"),
                new ActivityOptions { StartToCloseTimeout = TimeSpan.FromSeconds(30), RetryPolicy = new RetryPolicy { MaximumAttempts = 1 } }));
        }

        return answers;
    }
}
