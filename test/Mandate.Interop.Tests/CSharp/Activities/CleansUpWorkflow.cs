using System.Text.Json;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Cleans up, though it is cancelled.</summary>
[Workflow("cleansUp")]
public sealed class CleansUpWorkflow
{
    [WorkflowRun]
    public async Task RunAsync()
    {
        try
        {
            await Workflow.DelayAsync(TimeSpan.FromHours(1));
        }
        catch (Exception e) when (TemporalException.IsCanceledException(e))
        {
            var note = JsonSerializer.SerializeToElement("cleaned up");
            await Workflow.ExecuteActivityAsync((InteropActivities a) => a.Echo(note), TwinOptions.Quickly with { CancellationToken = CancellationToken.None });
            throw;
        }
    }
}
