using Mandate.Protocol.Api.Enums.V1;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Machine;

namespace Mandate.Temporal.Tests.Machine;

public sealed class PatchTests
{
    [Fact]
    public void Patch_FirstExecution_IsTrueAndRecorded()
    {
        bool? verdict = null;
        var script = MachineScript.OnStart(m => verdict = m.Patch("a", deprecated: false)).Feed(new HistoryBuilder().Started().OpenTask().Slice());

        verdict.ShouldBe(true);
        script.Commands.ShouldBe([CommandType.RecordMarker, CommandType.UpsertWorkflowSearchAttributes]);
    }

    [Fact]
    public void Patch_AskedAgain_IsRecordedOnce()
    {
        var script = MachineScript.OnStart(m =>
        {
            m.Patch("a", deprecated: false);
            m.Patch("a", deprecated: false);
        }).Feed(new HistoryBuilder().Started().OpenTask().Slice());

        script.Commands.Count(c => c == CommandType.RecordMarker).ShouldBe(1);
    }

    [Fact]
    public void Patch_SecondPatch_UpsertsBoth()
    {
        var script = MachineScript.OnStart(m =>
        {
            m.Patch("b", deprecated: false);
            m.Patch("a", deprecated: false);
        }).Feed(new HistoryBuilder().Started().OpenTask().Slice());

        var last = script.Machine.UnsentCommands()[^1].UpsertWorkflowSearchAttributesCommandAttributes.SearchAttributes.IndexedFields["TemporalChangeVersion"];
        last.Data.ToStringUtf8().ShouldBe("[\"a\",\"b\"]");
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Patch_ReplayWithMarker_IsTrueAndMatches(bool deprecated, bool upsert)
    {
        bool? verdict = null;
        var history = new HistoryBuilder().Started().Task().Patched("a", deprecated, upsert).TimerStarted();

        MachineScript.OnStart(m =>
        {
            verdict = m.Patch("a", deprecated: false);
            m.StartTimer(1, TimeSpan.FromSeconds(1), null);
        }).Feed(history.Signaled("x").OpenTask().Slice(previousStarted: 3));

        verdict.ShouldBe(true);
    }

    [Fact]
    public void Patch_ReplayWithoutMarker_IsFalseForTheWholeRun()
    {
        var verdicts = new List<bool>();
        var history = new HistoryBuilder().Started().Task().TimerStarted().Signaled("x").OpenTask();

        var script = new MachineScript((s, job) =>
        {
            verdicts.Add(s.Machine.Patch("a", deprecated: false));
            if (job is WorkflowJob.Start)
                s.Machine.StartTimer(1, TimeSpan.FromSeconds(1), null);
        }).Feed(history.Slice(previousStarted: 3));

        verdicts.ShouldBe([false, false]);
        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Replay_MarkerWithoutCall_IsAMismatch() =>
        Should.Throw<NonDeterminismException>(() => Timer().Feed(new HistoryBuilder().Started().Task().Patched("a").TimerStarted().Signaled("x").OpenTask().Slice(previousStarted: 3)))
            .Message.ShouldContain("core_patch 'a'");

    [Fact]
    public void Replay_DeprecatedMarkerWithoutCall_IsSkippedWithItsUpsert()
    {
        var script = Timer().Feed(new HistoryBuilder().Started().Task().Patched("a", deprecated: true).TimerStarted().Signaled("x").OpenTask().Slice(previousStarted: 3));

        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Deprecate_ReplayWithoutMarker_IssuesNothing()
    {
        var script = MachineScript.OnStart(m =>
        {
            m.Patch("a", deprecated: true).ShouldBeTrue();
            m.StartTimer(1, TimeSpan.FromSeconds(1), null);
        }).Feed(new HistoryBuilder().Started().Task().TimerStarted().Signaled("x").OpenTask().Slice(previousStarted: 3));

        script.Machine.UnsentCommands().ShouldBeEmpty();
    }

    [Fact]
    public void Deprecate_FirstExecution_RecordsADeprecatedMarker()
    {
        var script = MachineScript.OnStart(m => m.Patch("a", deprecated: true)).Feed(new HistoryBuilder().Started().OpenTask().Slice());

        script.Machine.UnsentCommands()[0].RecordMarkerCommandAttributes.Details["patch-data"].Payloads_[0].Data.ToStringUtf8().ShouldBe("{\"id\":\"a\",\"deprecated\":true}");
    }

    private static MachineScript Timer() => MachineScript.OnStart(m => m.StartTimer(1, TimeSpan.FromSeconds(1), null));
}
