using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Replays histories with the C# twins, whoever wrote them.</summary>
public static class CSharpReplay
{
    private static readonly IReadOnlyDictionary<string, WorkflowDefinition> Definitions = CSharpWorkers.Workflows.Select(WorkflowDefinition.Create).Where(d => !d.Dynamic).ToDictionary(d => d.Name!);

    // Markers of local activities hold what their own SDK needs; FailsTaskUntil looks at a gate of its own process.
    private static readonly HashSet<string> OneLanguageOnly = ["local", "longLocal", "failsTaskUntil"];

    /// <summary>Whether both languages have this workflow with the same commands, so that both can replay its runs.</summary>
    public static bool IsTwin(string workflowType) => Definitions.ContainsKey(workflowType) && !OneLanguageOnly.Contains(workflowType);

    /// <summary>Replays a history; answers the error, or null where it was accepted.</summary>
    public static async Task<Exception?> ReplayAsync(string workflowId, History history, DataConverter? converter = null)
    {
        var options = new WorkflowReplayerOptions { DataConverter = converter ?? DataConverter.Default };
        foreach (var definition in Definitions.Values)
            options.AddWorkflow(definition);
        options.AddWorkflow<DynamicWorkflow>();
        var result = await new WorkflowReplayer(options).ReplayWorkflowAsync(new WorkflowHistory(workflowId, history.Events), throwOnReplayFailure: false);
        return result.ReplayFailure;
    }
}
