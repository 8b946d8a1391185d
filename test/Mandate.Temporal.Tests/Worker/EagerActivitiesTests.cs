using Google.Protobuf.Collections;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Temporal.Worker.Activities;
using Mandate.Temporal.Worker.Polling;

namespace Mandate.Temporal.Tests.Worker;

public sealed class EagerActivitiesTests
{
    [Fact]
    public void Reserve_MarksWhatThisWorkerCanRunUpToThreeAndFreeSlots()
    {
        using var slots = new Slots(10);
        var commands = Commands(("queue", "Do"), ("other", "Do"), ("queue", "Unknown"), ("queue", "Do"), ("queue", "Do"), ("queue", "Do"));

        Eager(slots).Reserve(commands).ShouldBe(3);

        commands.Select(c => c.ScheduleActivityTaskCommandAttributes.RequestEagerExecution).ShouldBe([true, false, false, true, true, false]);
    }

    [Fact]
    public void Reserve_WithoutFreeSlots_MarksNothing()
    {
        using var slots = new Slots(1);
        slots.TryTake().ShouldBeTrue();

        Eager(slots).Reserve(Commands(("queue", "Do"))).ShouldBe(0);
    }

    [Fact]
    public async Task Dispatch_RunsWhatCameAndFreesTheRest()
    {
        using var slots = new Slots(3);
        var ran = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var eager = Eager(slots, async _ =>
        {
            ran.SetResult();
            await gate.Task;
        });
        eager.Reserve(Commands(("queue", "Do"), ("queue", "Do"), ("queue", "Do"))).ShouldBe(3);

        eager.Dispatch([new PollActivityTaskQueueResponse()], 3);
        await ran.Task;

        slots.TryTake().ShouldBeTrue();
        slots.TryTake().ShouldBeTrue();
        slots.TryTake().ShouldBeFalse();
        slots.Free();
        slots.Free();
        gate.SetResult();
        await slots.DrainAsync();
    }

    private static EagerActivities Eager(Slots slots, Func<PollActivityTaskQueueResponse, Task>? handle = null) =>
        new("queue", new HashSet<string> { "Do" }, slots, handle ?? (_ => Task.CompletedTask));

    private static RepeatedField<Command> Commands(params (string Queue, string Type)[] activities) =>
    [
        .. activities.Select(a => new Command
        {
            CommandType = CommandType.ScheduleActivityTask,
            ScheduleActivityTaskCommandAttributes = new() { TaskQueue = new() { Name = a.Queue }, ActivityType = new() { Name = a.Type } },
        }),
    ];
}
