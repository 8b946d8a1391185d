using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Machine;

namespace Mandate.Temporal.Tests.Machine;

public sealed class HistoryChunksTests
{
    [Fact]
    public void End_FirstTask_EndsWithItsStart() =>
        Pieces(new HistoryBuilder().Started().Task().TimerStarted().TimerFired(5).OpenTask()).ShouldBe([3, 8]);

    [Fact]
    public void End_TaskFailedOrTimedOut_GoesOnToTheNextStart() =>
        Pieces(new HistoryBuilder().Started().OpenTask().TaskFailed().OpenTask().TaskTimedOut().Task().TimerStarted()).ShouldBe([9, 11]);

    [Fact]
    public void End_Heartbeats_AreOnePiece() =>
        Pieces(new HistoryBuilder().Started().Task().Task().Task().TimerStarted().TimerFired(11).OpenTask()).ShouldBe([9, 14]);

    [Fact]
    public void End_CompletionWithoutCommandsAfterSignal_IsNoHeartbeat() =>
        Pieces(new HistoryBuilder().Started().Task().Signaled("a").Task().Signaled("b").OpenTask()).ShouldBe([3, 7, 11]);

    [Fact]
    public void End_UpdateAcceptedAfterHeartbeats_GetsAPieceOfItsOwn() =>
        Pieces(new HistoryBuilder().Started().Task().Task().UpdateAccepted("u", "Change", sequencing: 5).OpenTask()).ShouldBe([3, 6, 10]);

    [Fact]
    public void End_FinalEvent_EndsThePiece() =>
        Pieces(new HistoryBuilder().Started().Task().Completed()).ShouldBe([3, 5]);

    [Fact]
    public void End_TerminatedWhileTaskRuns_TakesTheRest() =>
        Pieces(new HistoryBuilder().Started().Task().TimerStarted().OpenTask().TaskFailed().Terminated()).ShouldBe([3, 9]);

    [Fact]
    public void End_HistoryWithoutTask_TakesEverything() =>
        Pieces(new HistoryBuilder().Started().TaskScheduled()).ShouldBe([2]);

    private static long[] Pieces(HistoryBuilder history)
    {
        var ends = new List<long>();
        for (var next = 0; next < history.Events.Count;)
        {
            var end = HistoryChunks.End(history.Events, next);
            ends.Add(history.Events[end].EventId);
            next = end + 1;
        }

        return [.. ends];
    }
}
