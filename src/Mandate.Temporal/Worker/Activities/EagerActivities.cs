using Google.Protobuf.Collections;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Temporal.Worker.Polling;

namespace Mandate.Temporal.Worker.Activities;

/// <summary>
/// Asks for activities of a workflow task to come back with the answer to it, where this worker can run them: that saves a poll. The server may or may not do so.
/// </summary>
internal sealed class EagerActivities(string taskQueue, IReadOnlySet<string> activityTypes, Slots slots, Func<PollActivityTaskQueueResponse, Task> handle)
{
    /// <summary>Most activities asked for with one workflow task, so that other workers get their share.</summary>
    private const int MostPerTask = 3;

    /// <summary>Takes slots and marks as many commands.</summary>
    /// <returns>Slots taken; they have to be handed to <see cref="Dispatch"/>.</returns>
    internal int Reserve(RepeatedField<Command> commands)
    {
        var reserved = 0;
        foreach (var command in commands)
        {
            if (reserved == MostPerTask)
                break;
            if (command.CommandType != CommandType.ScheduleActivityTask)
                continue;
            var attributes = command.ScheduleActivityTaskCommandAttributes;
            if (attributes.TaskQueue.Name != taskQueue || !activityTypes.Contains(attributes.ActivityType.Name) || !slots.TryTake())
                continue;
            attributes.RequestEagerExecution = true;
            reserved++;
        }

        return reserved;
    }

    /// <summary>Runs what came back and frees the slots that were not needed.</summary>
    internal void Dispatch(IReadOnlyList<PollActivityTaskQueueResponse> tasks, int reserved)
    {
        for (var i = 0; i < Math.Max(tasks.Count, reserved); i++)
        {
            if (i < tasks.Count)
                Run(tasks[i], ownsSlot: i < reserved);
            else
                slots.Free();
        }
    }

    private void Run(PollActivityTaskQueueResponse task, bool ownsSlot) => _ = Task.Factory.StartNew(
        async () =>
        {
            try
            {
                await handle(task).ConfigureAwait(false);
            }
            finally
            {
                if (ownsSlot)
                    slots.Free();
            }
        },
        CancellationToken.None,
        TaskCreationOptions.PreferFairness | TaskCreationOptions.DenyChildAttach,
        TaskScheduler.Default);
}
