using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>Both forms of queries.</summary>
public sealed class QueryTests
{
    [Fact]
    public async Task Query_BeforeTheFirstTask_TravelsWithIt()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var answer = host.QueryAsync("order");
        await Wait.UntilAsync(() => host.RunOf("order").Queries.HasWaiting, "the query to wait");
        var task = await host.NextTaskAsync();
        task.Query.ShouldBeNull();
        var (id, query) = task.Queries.Single();
        query.QueryType.ShouldBe("state");
        await host.CompleteAsync(task, r => r.QueryResults[id] = new() { ResultType = QueryResultType.Answered, Answer = EngineHost.Text("fine") }, Commands.Timer());
        (await answer.Soon()).QueryResult.ShouldBe(EngineHost.Text("fine"));
    }

    [Fact]
    public async Task Query_OfAnIdleRun_GoesOutDirectlyWithFullHistory()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Timer());
        var answer = host.QueryAsync("order");
        var task = await host.NextTaskAsync();
        task.Query.QueryType.ShouldBe("state");
        task.Queries.ShouldBeEmpty();
        task.StartedEventId.ShouldBe(0);
        task.PreviousStartedEventId.ShouldBe(3);
        task.History.Events.Count.ShouldBe(5);
        await host.AnswerAsync(task, "idle");
        (await answer.Soon()).QueryResult.ShouldBe(EngineHost.Text("idle"));
    }

    [Fact]
    public async Task Query_OfACachedRun_GoesToItsWorkerWithoutHistory()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var sticky = await host.MakeStickyAsync(await host.NextTaskAsync(), Commands.Timer());
        var answer = host.QueryAsync("order");
        var task = await sticky.Soon();
        task.Query.QueryType.ShouldBe("state");
        task.History.Events.ShouldBeEmpty();
        await host.AnswerAsync(task, "cached");
        (await answer.Soon()).QueryResult.ShouldBe(EngineHost.Text("cached"));
    }

    [Fact]
    public async Task Query_ThatTheStickyWorkerDoesNotTake_GoesToTheNormalQueue()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        using var gone = new CancellationTokenSource();
        var sticky = await host.MakeStickyAsync(await host.NextTaskAsync(), gone.Token, Commands.Timer());
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sticky.Soon());
        var answer = host.QueryAsync("order");
        await Wait.UntilAsync(() => host.Backlog("worker-1", activity: false) == 1, "the query to wait for the sticky worker");
        var poll = host.PollAsync();
        await host.WaitingAsync("orders", activity: false);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        var task = await poll.Soon();
        task.History.Events.Count.ShouldBe(5);
        await host.AnswerAsync(task, "late");
        (await answer.Soon()).QueryResult.ShouldBe(EngineHost.Text("late"));
    }

    [Fact]
    public async Task Query_DuringAStartedTask_GoesOutDirectlyWhenNoOtherTaskFollows()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        var answer = host.QueryAsync("order");
        await Wait.UntilAsync(() => host.RunOf("order").Queries.HasWaiting, "the query to wait");
        await host.CompleteAsync(task, Commands.Timer());
        var direct = await host.NextTaskAsync();
        direct.Query.ShouldNotBeNull();
        await host.AnswerAsync(direct, "after");
        (await answer.Soon()).QueryResult.ShouldBe(EngineHost.Text("after"));
    }

    [Fact]
    public async Task Query_OfAClosedRun_IsAnswered()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        await host.RestartAsync();
        var answer = host.QueryAsync("order");
        var task = await host.NextTaskAsync();
        task.History.Events[^1].EventType.ShouldBe(EventType.WorkflowExecutionCompleted);
        await host.AnswerAsync(task, "closed");
        (await answer.Soon()).QueryResult.ShouldBe(EngineHost.Text("closed"));
    }

    [Fact]
    public async Task Query_TheWorkerFails_IsInvalidArgumentWithTheFailure()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Timer());
        var answer = host.QueryAsync("order");
        var task = await host.NextTaskAsync();
        await host.CallAsync<RespondQueryTaskCompletedResponse>(new RespondQueryTaskCompletedRequest
        {
            TaskToken = task.TaskToken,
            CompletedType = QueryResultType.Failed,
            ErrorMessage = "no such query",
            Failure = new() { Message = "no such query" },
        });
        var error = await Should.ThrowAsync<RpcException>(() => answer);
        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.ShouldBe("no such query");
        error.Details.OfType<QueryFailedFailure>().Single().Failure.Message.ShouldBe("no such query");
    }

    [Theory]
    [InlineData(QueryRejectCondition.NotOpen, true)]
    [InlineData(QueryRejectCondition.NotCompletedCleanly, false)]
    public async Task Query_WithARejectCondition_IsRejectedWithTheStatus(QueryRejectCondition condition, bool rejected)
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        var call = host.QueryAsync("order", condition);
        if (!rejected)
        {
            await host.AnswerAsync(await host.NextTaskAsync(), "clean");
            (await call.Soon()).QueryRejected.ShouldBeNull();
            return;
        }

        (await call.Soon()).QueryRejected.Status.ShouldBe(WorkflowExecutionStatus.Completed);
    }

    [Fact]
    public async Task Query_ThatNobodyAnswers_EndsWithTheDeadline()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var call = host.QueryAsync("order");
        await host.AdvanceUntilAsync(call, TimeSpan.FromSeconds(10));
        (await Should.ThrowAsync<RpcException>(() => call)).Code.ShouldBe(RpcStatusCode.DeadlineExceeded);
        host.RunOf("order").Queries.IsEmpty.ShouldBeTrue();
    }
}
