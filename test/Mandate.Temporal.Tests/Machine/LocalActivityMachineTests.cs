using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.Failure.V1;
using Mandate.Temporal.Common;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Machine;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.Machine;

public sealed class LocalActivityMachineTests
{
    private static readonly LocalActivityOutcome Done = new(1, HistoryBuilder.Payloads("done"), Failure: null, Retry: null);

    [Fact]
    public void Schedule_FirstExecution_IsHandedOutOnce()
    {
        var script = Script().Feed(new HistoryBuilder().Started().OpenTask().Slice());

        script.Machine.RunningLocalActivities.ShouldBe(1);
        script.Machine.TakeLocalActivitiesToStart().ShouldHaveSingleItem().ActivityType.ShouldBe("Look");
        script.Machine.TakeLocalActivitiesToStart().ShouldBeEmpty();
        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Resolve_IsAMarkerAndAJobAndTimeGoesOn()
    {
        var script = Script().Feed(new HistoryBuilder().Started().OpenTask().Slice());

        script.Machine.ResolveLocalActivity(1, Done, TimeSpan.FromMilliseconds(1500));

        var job = script.Machine.TakeJobs().ShouldHaveSingleItem().ShouldBeOfType<WorkflowJob.ResolveLocalActivity>();
        job.Result.ShouldBe(HistoryBuilder.Payloads("done"));
        script.Machine.Time.ShouldBe(HistoryBuilder.TimeOf(3).AddMilliseconds(1500));
        script.Machine.UnsentCommands().ShouldHaveSingleItem().RecordMarkerCommandAttributes.MarkerName.ShouldBe("core_local_activity");
    }

    [Fact]
    public void Replay_MarkerAhead_ResolvesWithTheSameTimeAndRunsNothing()
    {
        var history = Recorded(new HistoryBuilder().Started().Task(), Done, TimeSpan.FromMilliseconds(1500));

        var script = Script().Feed(history.Signaled("x").OpenTask().Slice(previousStarted: 3));

        script.Single<WorkflowJob.ResolveLocalActivity>().Result.ShouldBe(HistoryBuilder.Payloads("done"));
        script.Machine.TakeLocalActivitiesToStart().ShouldBeEmpty();
        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Replay_SeveralMarkers_ResolveOneByOneInTheirOrder()
    {
        var history = new HistoryBuilder().Started().Task();
        Recorded(history, Done, TimeSpan.Zero, sequence: 2);
        Recorded(history, Done, TimeSpan.Zero, sequence: 1);
        var activations = new List<string>();

        var script = new MachineScript((s, job) =>
        {
            if (job is WorkflowJob.Start)
            {
                s.Machine.ScheduleLocalActivity(Request(1));
                s.Machine.ScheduleLocalActivity(Request(2));
            }
            else if (job is WorkflowJob.ResolveLocalActivity local)
            {
                activations.Add($"{local.Sequence} with {s.Machine.UnsentCommands().Count}");
            }
        }).Feed(history.Signaled("x").OpenTask().Slice(previousStarted: 3));

        // One command each: its marker was issued just before, the next one's not yet.
        activations.ShouldBe(["2 with 1", "1 with 2"]);
        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Replay_NoMarkerBeforeANewTask_RunsItAgain()
    {
        var script = Script().Feed(new HistoryBuilder().Started().Task().OpenTask().Slice(previousStarted: 3));

        script.Machine.TakeLocalActivitiesToStart().ShouldHaveSingleItem();
    }

    [Fact]
    public void Replay_Query_DoesNotRunIt()
    {
        var script = Script().Feed(new HistoryBuilder().Started().Task().Slice(previousStarted: 3));

        script.Machine.TakeLocalActivitiesToStart().ShouldBeEmpty();
    }

    [Fact]
    public void Replay_MarkerWithBackoff_TellsTheRetry()
    {
        var retry = new LocalRetry(2, TimeSpan.FromMinutes(5), HistoryBuilder.Begin);
        var history = Recorded(new HistoryBuilder().Started().Task(), new(1, Result: null, new Failure { Message = "no" }, retry), TimeSpan.Zero);

        var job = Script().Feed(history.Signaled("x").OpenTask().Slice(previousStarted: 3)).Single<WorkflowJob.ResolveLocalActivity>();

        job.Retry.ShouldBe(retry);
    }

    [Fact]
    public void Replay_MarkerOfAnotherType_IsAMismatch()
    {
        var history = Recorded(new HistoryBuilder().Started().Task(), Done, TimeSpan.Zero, type: "Other");

        Should.Throw<NonDeterminismException>(() => Script().Feed(history.Signaled("x").OpenTask().Slice(previousStarted: 3))).Message.ShouldContain("'Other'");
    }

    [Fact]
    public void Replay_MarkerWithoutCall_IsAMismatch()
    {
        var history = Recorded(new HistoryBuilder().Started().Task(), Done, TimeSpan.Zero);

        Should.Throw<NonDeterminismException>(() => MachineScript.OnStart(_ => { }).Feed(history.Signaled("x").OpenTask().Slice(previousStarted: 3))).Message.ShouldContain("core_local_activity");
    }

    [Fact]
    public void Cancel_TryCancel_SettlesAtOnceWithAMarkerAndAsks()
    {
        var script = Script().Feed(new HistoryBuilder().Started().OpenTask().Slice());
        script.Machine.TakeLocalActivitiesToStart();

        script.Machine.CancelLocalActivity(1);

        script.Machine.TakeLocalActivitiesToCancel().ShouldBe([1u]);
        script.Machine.TakeJobs().ShouldHaveSingleItem().ShouldBeOfType<WorkflowJob.ResolveLocalActivity>().Failure!.Cause.FailureInfoCase.ShouldBe(Failure.FailureInfoOneofCase.CanceledFailureInfo);
        script.Commands.ShouldBe([CommandType.RecordMarker]);

        // What it does afterwards is nobody's business any more.
        script.Machine.ResolveLocalActivity(1, Done, TimeSpan.Zero);
        script.Machine.HasJobs.ShouldBeFalse();
    }

    [Fact]
    public void Cancel_WaitCompleted_AsksAndWaits()
    {
        var script = Script(ActivityCancellationType.WaitCancellationCompleted).Feed(new HistoryBuilder().Started().OpenTask().Slice());
        script.Machine.TakeLocalActivitiesToStart();

        script.Machine.CancelLocalActivity(1);

        script.Machine.TakeLocalActivitiesToCancel().ShouldBe([1u]);
        script.Machine.HasJobs.ShouldBeFalse();
    }

    private static HistoryBuilder Recorded(HistoryBuilder history, LocalActivityOutcome outcome, TimeSpan runtime, uint sequence = 1, string type = "Look")
    {
        // The marker as a first execution writes it.
        var machine = new WorkflowMachine("workflow", HistoryBuilder.RunId);
        machine.Feed(new HistoryBuilder().Started().OpenTask().Slice());
        machine.ApplyNextPiece();
        machine.TakeJobs();
        machine.ScheduleLocalActivity(Request(sequence, type: type));
        machine.ResolveLocalActivity(sequence, outcome, runtime);
        var command = machine.UnsentCommands().Single().RecordMarkerCommandAttributes;
        return history.Add(EventType.MarkerRecorded, e => e.MarkerRecordedEventAttributes = new() { MarkerName = command.MarkerName, Details = { command.Details }, Failure = command.Failure });
    }

    private static LocalActivityRequest Request(uint sequence, ActivityCancellationType cancellation = ActivityCancellationType.TryCancel, string type = "Look") => new()
    {
        Sequence = sequence,
        ActivityId = sequence.ToString(),
        ActivityType = type,
        RetryPolicy = new RetryPolicy(),
        LocalRetryThreshold = TimeSpan.FromMinutes(1),
        CancellationType = cancellation,
    };

    private static MachineScript Script(ActivityCancellationType cancellation = ActivityCancellationType.TryCancel) => MachineScript.OnStart(m => m.ScheduleLocalActivity(Request(1, cancellation)));
}
