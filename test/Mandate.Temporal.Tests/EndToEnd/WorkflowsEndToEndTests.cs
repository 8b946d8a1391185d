using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;
using Mandate.Testing;

namespace Mandate.Temporal.Tests.EndToEnd;

public sealed partial class WorkflowsEndToEndTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public Task Execute_WorkflowWithActivities_ReturnsTheResult(Transport transport) => engine.RunAsync(transport, Worker<Hello>(), async (client, queue) =>
        (await client.ExecuteWorkflowAsync((Hello wf) => wf.RunAsync("Ada"), Options(queue))).ShouldBe("HELLO, ADA!"));

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public Task Execute_ByName_ReturnsTheResult(Transport transport) => engine.RunAsync(transport, Worker<Hello>(), async (client, queue) =>
        (await client.ExecuteWorkflowAsync<string>("Hello", ["Ada"], Options(queue))).ShouldBe("HELLO, ADA!"));

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public Task SignalQueryAndTimer_WhileRunningAndAfter_Work(Transport transport) => engine.RunAsync(transport, Worker<Collecting>(), async (client, queue) =>
    {
        var handle = await client.StartWorkflowAsync((Collecting wf) => wf.RunAsync(2), Options(queue));
        (await handle.QueryAsync(wf => wf.Items)).ShouldBeEmpty();
        await handle.SignalAsync(wf => wf.AddAsync("a"));
        (await handle.QueryAsync(wf => wf.Count(10))).ShouldBe(11);
        await handle.SignalAsync("Add", ["b"]);

        (await handle.GetResultAsync()).ShouldBe("a b");
        (await handle.QueryAsync(wf => wf.Items)).ShouldBe(["a", "b"]);
        (await handle.DescribeAsync()).Status.ShouldBe(WorkflowExecutionStatus.Completed);
        (await Should.ThrowAsync<RpcException>(handle.SignalAsync(wf => wf.AddAsync("late")))).Code.ShouldBe(RpcStatusCode.NotFound);
    });

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public Task Query_Unknown_FailsAndNamesTheQueriesThereAre(Transport transport) => engine.RunAsync(transport, Worker<Collecting>(), async (client, queue) =>
    {
        var handle = await client.StartWorkflowAsync((Collecting wf) => wf.RunAsync(1), Options(queue));

        (await Should.ThrowAsync<WorkflowQueryFailedException>(handle.QueryAsync<string>("Nothing", []))).Message.ShouldContain("Items");

        await handle.TerminateAsync("done");
    });

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public Task Child_OnAnotherTaskQueue_GivesItsResult(Transport transport) => engine.RunAsync(transport, Worker<Parent>(), async (client, queue) =>
    {
        var other = $"{queue}-children";
        using var children = new TemporalWorker(client, new TemporalWorkerOptions(other).AddWorkflow<Hello>().AddAllActivities(new Greeting()));
        await children.ExecuteAsync(async () =>
            (await client.ExecuteWorkflowAsync((Parent wf) => wf.RunAsync(other), Options(queue))).ShouldBe("child said HELLO, CHILD!"));
    });

    [Fact]
    public Task Child_ThatFails_IsAChildWorkflowFailure() => engine.RunAsync(Transport.InProcess, o => Worker<FailingChildParent>()(o.AddWorkflow<Failing>()), async (client, queue) =>
    {
        var e = await Should.ThrowAsync<WorkflowFailedException>(client.ExecuteWorkflowAsync((FailingChildParent wf) => wf.RunAsync(), Options(queue)));

        var child = e.InnerException.ShouldBeOfType<ChildWorkflowFailureException>();
        child.InnerException.ShouldBeOfType<ActivityFailureException>().InnerException.ShouldBeOfType<ApplicationFailureException>().ErrorType.ShouldBe("NoLuck");
    });

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public Task Failure_OfAnActivity_ReachesTheClientWithTypeAndDetails(Transport transport) => engine.RunAsync(transport, Worker<Failing>(), async (client, queue) =>
    {
        var e = await Should.ThrowAsync<WorkflowFailedException>(client.ExecuteWorkflowAsync((Failing wf) => wf.RunAsync(), Options(queue)));

        var cause = e.InnerException.ShouldBeOfType<ActivityFailureException>().InnerException.ShouldBeOfType<ApplicationFailureException>();
        cause.Message.ShouldBe("no luck");
        cause.ErrorType.ShouldBe("NoLuck");
        cause.Details.ElementAt<string>(0).ShouldBe("detail");
    });

    [Fact]
    public Task Start_WithAnIdInUse_IsAWorkflowAlreadyStartedException() => engine.RunAsync(Transport.Grpc, Worker<Collecting>(), async (client, queue) =>
    {
        var options = Options(queue);
        var handle = await client.StartWorkflowAsync((Collecting wf) => wf.RunAsync(1), options);

        var e = await Should.ThrowAsync<WorkflowAlreadyStartedException>(client.StartWorkflowAsync((Collecting wf) => wf.RunAsync(1), options));

        e.RunId.ShouldBe(handle.ResultRunId);
        await handle.TerminateAsync();
    });

    [Fact]
    public Task SignalWithStart_StartsOnceAndSignalsTwice() => engine.RunAsync(Transport.InProcess, Worker<Collecting>(), async (client, queue) =>
    {
        var options = Options(queue);
        await client.StartWorkflowAsync((Collecting wf) => wf.RunAsync(2), options.SignalWithStart((Collecting wf) => wf.AddAsync("a")));
        var handle = await client.StartWorkflowAsync((Collecting wf) => wf.RunAsync(2), options.SignalWithStart((Collecting wf) => wf.AddAsync("b")));

        (await handle.GetResultAsync()).ShouldBe("a b");
    });

    [Fact]
    public Task Cancel_WorkflowInATimer_EndsItCanceled() => engine.RunAsync(Transport.InProcess, Worker<Sleeping>(), async (client, queue) =>
    {
        var handle = await client.StartWorkflowAsync((Sleeping wf) => wf.RunAsync(), Options(queue));
        await handle.CancelAsync();

        var e = await Should.ThrowAsync<WorkflowFailedException>(handle.GetResultAsync());
        e.InnerException.ShouldBeOfType<CanceledFailureException>();
        (await handle.DescribeAsync()).Status.ShouldBe(WorkflowExecutionStatus.Canceled);
    });

    [Fact]
    public Task Terminate_Workflow_TellsTheReason() => engine.RunAsync(Transport.InProcess, Worker<Sleeping>(), async (client, queue) =>
    {
        var handle = await client.StartWorkflowAsync((Sleeping wf) => wf.RunAsync(), Options(queue));
        await handle.TerminateAsync("no longer needed");

        (await Should.ThrowAsync<WorkflowFailedException>(handle.GetResultAsync())).InnerException.ShouldBeOfType<TerminatedFailureException>().Message.ShouldBe("no longer needed");
    });

    [Fact]
    public Task ContinueAsNew_ResultFollowsTheChain() => engine.RunAsync(Transport.InProcess, Worker<Counting>(), async (client, queue) =>
    {
        var handle = await client.StartWorkflowAsync((Counting wf) => wf.RunAsync(0), Options(queue));

        (await handle.GetResultAsync()).ShouldBe(3);
        await Should.ThrowAsync<WorkflowContinuedAsNewException>(client.GetWorkflowHandle(handle.Id, handle.ResultRunId).GetResultAsync(followRuns: false));
    });

    [Fact]
    public Task External_SignalAndCancel_ReachTheOtherWorkflow() => engine.RunAsync(Transport.InProcess, o => Worker<Messenger>()(o.AddWorkflow<Collecting>().AddWorkflow<Sleeping>()), async (client, queue) =>
    {
        var collecting = await client.StartWorkflowAsync((Collecting wf) => wf.RunAsync(1), Options(queue));
        var sleeping = await client.StartWorkflowAsync((Sleeping wf) => wf.RunAsync(), Options(queue));

        (await client.ExecuteWorkflowAsync((Messenger wf) => wf.RunAsync(collecting.Id, sleeping.Id), Options(queue))).ShouldBe("ExternalWorkflowExecutionNotFound");

        (await collecting.GetResultAsync()).ShouldBe("from outside");
        (await Should.ThrowAsync<WorkflowFailedException>(sleeping.GetResultAsync())).InnerException.ShouldBeOfType<CanceledFailureException>();
    });

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public Task Update_AcceptedRejectedAndFailed_TellTheClient(Transport transport) => engine.RunAsync(transport, Worker<Adjusting>(), async (client, queue) =>
    {
        var handle = await client.StartWorkflowAsync((Adjusting wf) => wf.RunAsync(), Options(queue));

        (await handle.ExecuteUpdateAsync(wf => wf.SetAsync(5))).ShouldBe(0);
        (await handle.ExecuteUpdateAsync(wf => wf.SetAsync(7))).ShouldBe(5);
        (await Should.ThrowAsync<WorkflowUpdateFailedException>(handle.ExecuteUpdateAsync(wf => wf.SetAsync(-1)))).InnerException!.Message.ShouldBe("negative");
        (await Should.ThrowAsync<WorkflowUpdateFailedException>(handle.ExecuteUpdateAsync(wf => wf.SetAsync(13)))).InnerException!.Message.ShouldBe("unlucky");

        var pending = await handle.StartUpdateAsync(wf => wf.FinishAsync(), new(WorkflowUpdateStage.Accepted));
        await pending.GetResultAsync();
        (await handle.GetResultAsync()).ShouldBe(7);
    });

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public Task UpdateWithStart_StartsOnceAndUpdatesTwice(Transport transport) => engine.RunAsync(transport, Worker<Adjusting>(), async (client, queue) =>
    {
        var options = new WorkflowStartUpdateWithStartOptions
        {
            Workflow = "Adjusting",
            Start = Options(queue) with { IdConflictPolicy = WorkflowIdConflictPolicy.UseExisting },
            WaitForStage = WorkflowUpdateStage.Completed,
        };

        (await (await client.StartUpdateWithStartWorkflowAsync<int>("Set", [5], options)).GetResultAsync()).ShouldBe(0);
        (await (await client.StartUpdateWithStartWorkflowAsync<int>("Set", [7], options)).GetResultAsync()).ShouldBe(5);

        var handle = client.GetWorkflowHandle<Adjusting, int>(options.Start.Id!);
        await handle.ExecuteUpdateAsync(wf => wf.FinishAsync());
        (await handle.GetResultAsync()).ShouldBe(7);
    });

    [Fact]
    public Task LocalActivity_WithRetries_GivesItsResult() => engine.RunAsync(Transport.InProcess, Worker<Local>(), async (client, queue) =>
    {
        var handle = await client.StartWorkflowAsync((Local wf) => wf.RunAsync(), Options(queue));

        (await handle.GetResultAsync()).ShouldBe("Hello, local! 3");
        (await handle.FetchHistoryAsync()).Events.Count(e => e.EventType == EventType.MarkerRecorded).ShouldBe(2);
    });

    [Fact]
    public async Task LocalActivity_LongerThanATask_IsKeptByHeartbeats()
    {
        // Engine and worker share a clock that stands still until it is told otherwise.
        var clock = new ManualTimeProvider();
        var timed = new EngineFixture { Clock = clock };
        await timed.InitializeAsync();
        var activities = new Greeting();
        await timed.RunAsync(Transport.InProcess, o => o.AddWorkflow<LongLocal>().AddAllActivities(activities), async (client, queue) =>
        {
            var handle = await client.StartWorkflowAsync((LongLocal wf) => wf.RunAsync(), Options(queue) with { TaskTimeout = TimeSpan.FromSeconds(10) });
            for (var heartbeats = 1; heartbeats <= 2; heartbeats++)
            {
                // A heartbeat is due after eight of the task's ten seconds.
                await Eventually.BecomesAsync(() => clock.HasTimerIn(TimeSpan.FromSeconds(8)));
                clock.Advance(TimeSpan.FromSeconds(8));
                await Eventually.BecomesAsync(async () => (await handle.FetchHistoryAsync()).Events.Count(e => e.EventType == EventType.WorkflowTaskCompleted) == heartbeats);
            }


            activities.Gate.SetResult();

            (await handle.GetResultAsync()).ShouldBe("opened");
            (await handle.FetchHistoryAsync()).Events.ShouldNotContain(e => e.EventType == EventType.WorkflowTaskTimedOut);
        });
        await timed.DisposeAsync();
    }

    [Fact]
    public Task Patch_SearchAttributesAndMemo_AreRecorded() => engine.RunAsync(Transport.InProcess, Worker<Describing>(), async (client, queue) =>
    {
        var handle = await client.StartWorkflowAsync((Describing wf) => wf.RunAsync(), Options(queue) with { Memo = new Dictionary<string, object> { ["who"] = "ada" } });

        (await handle.GetResultAsync()).ShouldBe("patched ada open 12");
        var description = await handle.DescribeAsync();
        (await description.GetMemoAsync<string>("state")).ShouldBe("open");
    });

    [Fact]
    public Task Cache_OfOneOrNone_ReplaysEachTask() => Task.WhenAll(new[] { 0, 1 }.Select(size => engine.RunAsync(
        Transport.InProcess,
        o =>
        {
            o.MaxCachedWorkflows = size;
            Worker<Collecting>()(o);
        },
        async (client, queue) =>
        {
            var handles = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.StartWorkflowAsync((Collecting wf) => wf.RunAsync(3), Options(queue))));
            foreach (var item in new[] { "a", "b", "c" })
                await Task.WhenAll(handles.Select(h => h.SignalAsync(wf => wf.AddAsync(item))));
            foreach (var handle in handles)
                (await handle.GetResultAsync()).ShouldBe("a b c");
        })));

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public async Task Worker_RestartedInMidRun_GoesOn(Transport transport)
    {
        var queue = Guid.NewGuid().ToString();
        await using var client = engine.Connect(transport);
        WorkflowHandle<Collecting, string> handle;
        using (var first = NewWorker())
        {
            handle = await first.ExecuteAsync(async () =>
            {
                var started = await client.StartWorkflowAsync((Collecting wf) => wf.RunAsync(2), Options(queue));
                await started.SignalAsync(wf => wf.AddAsync("a"));
                (await started.QueryAsync(wf => wf.Items)).ShouldBe(["a"]);
                return started;
            });
        }

        using var second = NewWorker();
        await second.ExecuteAsync(async () =>
        {
            await handle.SignalAsync(wf => wf.AddAsync("b"));
            (await handle.GetResultAsync().WaitAsync(Eventually.Limit)).ShouldBe("a b");
        });

        // The engine gives the first worker a moment to come back for its run.
        TemporalWorker NewWorker() => new(client, new TemporalWorkerOptions(queue) { StickyQueueScheduleToStartTimeout = TimeSpan.FromMilliseconds(200) }.AddWorkflow<Collecting>());
    }

    [Fact]
    public Task Histories_OfAQuery_ReplayOneByOne() => engine.RunAsync(Transport.InProcess, Worker<Collecting>(), async (client, queue) =>
    {
        for (var i = 0; i < 3; i++)
        {
            var handle = await client.StartWorkflowAsync((Collecting wf) => wf.RunAsync(1), new($"{queue}-{i}", queue));
            await handle.SignalAsync(wf => wf.AddAsync("a"));
            await handle.GetResultAsync();
        }

        var store = client.ListWorkflowHistoriesAsync($"WorkflowId STARTS_WITH '{queue}'", new() { PageSize = 2 });
        var same = await new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<Collecting>()).ReplayWorkflowsAsync(store).ToListAsync();
        var changed = await new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<ChangedCollecting>()).ReplayWorkflowsAsync(store).ToListAsync();

        same.Select(r => (r.History.Id, r.ReplayFailure)).ShouldBe([($"{queue}-2", null), ($"{queue}-1", null), ($"{queue}-0", null)]);
        changed.Select(r => r.ReplayFailure).ShouldAllBe(f => f is WorkflowNondeterminismException);
    });

    [Fact]
    public Task Workflow_NotRegistered_FailsTheTaskAndSaysWhatThereIs() => engine.RunAsync(Transport.InProcess, Worker<Hello>(), async (client, queue) =>
    {
        var handle = await client.StartWorkflowAsync("Unknown", [], Options(queue, "broken-"));
        await Eventually.BecomesAsync(async () => (await handle.FetchHistoryAsync()).Events.Any(e => e.EventType == EventType.WorkflowTaskFailed));

        var failed = (await handle.FetchHistoryAsync()).Events.First(e => e.EventType == EventType.WorkflowTaskFailed).WorkflowTaskFailedEventAttributes;
        failed.Failure.Message.ShouldContain("'Unknown' is not registered");
        failed.Failure.Message.ShouldContain("Hello");
        await handle.TerminateAsync();
    });

    [Fact]
    public Task Workflow_ThatBlocks_FailsTheTaskAsADeadlockAndGoesOnWhenItIsMended()
    {
        Blocking.Gate.Reset();
        return engine.RunAsync(
            Transport.InProcess,
            o =>
            {
                o.DeadlockTimeout = TimeSpan.FromMilliseconds(200);
                Worker<Blocking>()(o);
            },
            async (client, queue) =>
            {
                var handle = await client.StartWorkflowAsync((Blocking wf) => wf.RunAsync(), Options(queue));
                try
                {
                    await Eventually.BecomesAsync(async () => (await handle.FetchHistoryAsync()).Events.Any(e => e.EventType == EventType.WorkflowTaskFailed));
                    (await handle.FetchHistoryAsync()).Events.First(e => e.EventType == EventType.WorkflowTaskFailed).WorkflowTaskFailedEventAttributes.Failure.Message.ShouldContain("must not block");
                }
                finally
                {
                    Blocking.Gate.Set();
                }

                // The next attempt replays the run in another place.
                await handle.GetResultAsync();
            });
    }

    private static Action<TemporalWorkerOptions> Worker<TWorkflow>() => o => o.AddWorkflow<TWorkflow>().AddAllActivities(new Greeting());

    private static WorkflowOptions Options(string queue, string prefix = "") => new($"{prefix}{Guid.NewGuid()}", queue);
}
