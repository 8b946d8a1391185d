using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Tells what it is told when it asks for whom it works, and when it tries to be somebody else.</summary>
[Workflow]
public sealed class BareWorkflow
{
    [WorkflowRun]
    public async Task<List<string>> RunAsync()
    {
        var answers = new List<string>();
        foreach (var attempt in (Action[])[() => answers.Add(Principal.Current.ToString()), () => Principal.Use(new("mallory", "umbrella")).Dispose()])
        {
            try
            {
                attempt();
            }
            catch (InvalidOperationException e)
            {
                answers.Add(e.Message);
            }
        }

        answers.Add(await Workflow.ExecuteActivityAsync(() => WhoActivities.Impersonate(), WhoActivities.Options));
        return answers;
    }
}
