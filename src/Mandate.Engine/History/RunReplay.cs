using Mandate.Engine.Storage;
using Mandate.Engine.Storage.Records;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.History;

/// <summary>Rebuilds a run's state from what is stored.</summary>
internal static class RunReplay
{
    public static RunState Rebuild(RunRow row, IReadOnlyList<HistoryEvent> events, IReadOnlyList<(PartKind Kind, long Id, byte[] Record)> parts)
    {
        if (events.Count == 0 || events[0].EventId != 1)
            throw new EngineStoreException(EngineStoreProblem.Corrupt, $"Run {row.RunId} of workflow '{row.WorkflowId}' has no first event: the store is damaged.");
        var state = new RunState(row.RunId);
        foreach (var item in events)
            state.Apply(item);
        foreach (var (kind, id, record) in parts)
        {
            switch (kind)
            {
                case PartKind.Activity when state.Activities.TryGetValue(id, out var activity):
                    activity.Restore(ActivityPart.Parser.ParseFrom(record));
                    break;
                case PartKind.BufferedEvent:
                    state.RestoreBuffered(id, HistoryEvent.Parser.ParseFrom(record));
                    break;
                case PartKind.WorkflowTask when state.IsOpen:
                    state.Restore(WorkflowTaskPart.Parser.ParseFrom(record));
                    break;
                default:
                    break;
            }
        }

        return state;
    }
}
