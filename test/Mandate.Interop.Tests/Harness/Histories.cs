using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Interop.Tests.Harness;

/// <summary>Reads histories from the engine and hands them to the TypeScript SDK's replayer.</summary>
public static class Histories
{
    /// <summary>The history of a run, all pages.</summary>
    public static async Task<History> OfAsync(RpcHandler engine, string workflowId, string runId)
    {
        var history = new History();
        var token = ByteString.Empty;
        do
        {
            var page = await engine.CallAsync<GetWorkflowExecutionHistoryResponse>(new GetWorkflowExecutionHistoryRequest
            {
                Namespace = "default", Execution = new() { WorkflowId = workflowId, RunId = runId }, NextPageToken = token,
            });
            history.Events.Add(page.History.Events);
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
        history.Events.Select(e => e.EventId).ShouldBe(Enumerable.Range(1, history.Events.Count).Select(i => (long)i), $"event ids of {workflowId}");
        return history;
    }

    /// <summary>The run given, the runs that continue it, and the children of each.</summary>
    public static async Task<IReadOnlyDictionary<(string WorkflowId, string RunId), History>> FamilyAsync(RpcHandler engine, IEnumerable<Run> roots)
    {
        var found = new Dictionary<(string, string), History>();
        var queue = new Queue<(string WorkflowId, string RunId)>(roots.Select(r => (r.WorkflowId, r.RunId)));
        while (queue.TryDequeue(out var run))
        {
            if (found.ContainsKey(run))
                continue;
            var history = found[run] = await OfAsync(engine, run.WorkflowId, run.RunId);
            foreach (var e in history.Events)
            {
                if (e.ChildWorkflowExecutionStartedEventAttributes?.WorkflowExecution is { } child)
                    queue.Enqueue((child.WorkflowId, child.RunId));
                if (NextRun(e) is { Length: > 0 } next)
                    queue.Enqueue((run.WorkflowId, next));
            }
        }

        return found;
    }

    /// <summary>Replays histories with the workflow code of the <c>typescript</c> folder; answers an error for each, null where it was accepted.</summary>
    public static async Task<IReadOnlyList<SdkError?>> ReplayAsync(TypeScriptDriver driver, IEnumerable<(string WorkflowId, History History)> histories, bool seal = false) =>
        await driver.CallAsync<SdkError?[]>("replay", new
        {
            seal,
            histories = histories.Select(h => new { workflowId = h.WorkflowId, history = h.History.ToByteString().ToBase64() }),
        });

    private static string? NextRun(HistoryEvent e) => e.EventType switch
    {
        EventType.WorkflowExecutionContinuedAsNew => e.WorkflowExecutionContinuedAsNewEventAttributes.NewExecutionRunId,
        EventType.WorkflowExecutionCompleted => e.WorkflowExecutionCompletedEventAttributes.NewExecutionRunId,
        EventType.WorkflowExecutionFailed => e.WorkflowExecutionFailedEventAttributes.NewExecutionRunId,
        EventType.WorkflowExecutionTimedOut => e.WorkflowExecutionTimedOutEventAttributes.NewExecutionRunId,
        _ => null,
    };
}
