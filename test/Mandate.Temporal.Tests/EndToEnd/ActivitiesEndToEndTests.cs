using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Workflows;
using Mandate.Testing;

namespace Mandate.Temporal.Tests.EndToEnd;

public sealed class ActivitiesEndToEndTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public async Task Retry_FailsTwice_SucceedsOnTheThirdAttempt(Transport transport)
    {
        var activities = new Greeting();
        await engine.RunAsync(transport, o => o.AddWorkflow<Retrying>().AddAllActivities(activities), async (client, queue) =>
            (await client.ExecuteWorkflowAsync((Retrying wf) => wf.RunAsync(), new(Guid.NewGuid().ToString(), queue))).ShouldBe(3));
        activities.Attempts.ShouldBe(3);
    }

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public async Task Cancel_RunningActivity_HearsOfItByHeartbeat(Transport transport)
    {
        var activities = new Greeting();
        await engine.RunAsync(transport, o => Often(o).AddWorkflow<Beating>().AddAllActivities(activities), async (client, queue) =>
        {
            var handle = await client.StartWorkflowAsync((Beating wf) => wf.RunAsync(), new(Guid.NewGuid().ToString(), queue));
            await activities.Waiting.Task;
            await handle.CancelAsync();

            (await Should.ThrowAsync<WorkflowFailedException>(handle.GetResultAsync())).InnerException.ShouldBeOfType<CanceledFailureException>();
            (await handle.FetchHistoryAsync()).Events.ShouldContain(e => e.EventType == EventType.ActivityTaskCanceled);
        });
        activities.CancelReason.ShouldBe(ActivityCancelReason.CancelRequested);
    }

    [Fact]
    public Task Heartbeat_Details_ReachTheNextAttempt() => engine.RunAsync(Transport.InProcess, o => o.AddWorkflow<Remembering>().AddAllActivities(new Greeting()), async (client, queue) =>
        (await client.ExecuteWorkflowAsync((Remembering wf) => wf.RunAsync(), new(Guid.NewGuid().ToString(), queue))).ShouldBe("step 3"));

    [Fact]
    public async Task WorkflowTerminated_RunningActivity_IsToldThatItIsGone()
    {
        var activities = new Greeting();
        await engine.RunAsync(Transport.InProcess, o => Often(o).AddWorkflow<Beating>().AddAllActivities(activities), async (client, queue) =>
        {
            var handle = await client.StartWorkflowAsync((Beating wf) => wf.RunAsync(), new(Guid.NewGuid().ToString(), queue));
            await activities.Waiting.Task;
            await handle.TerminateAsync();
            await Eventually.BecomesAsync(() => activities.CancelReason != ActivityCancelReason.None);
        });
        activities.CancelReason.ShouldBe(ActivityCancelReason.GoneFromServer);
    }

    [Fact]
    public async Task WorkerStops_RunningActivity_IsCanceledAndReported()
    {
        var activities = new Greeting();
        await using var client = engine.Connect(Transport.InProcess);
        var queue = Guid.NewGuid().ToString();
        using var worker = new Temporal.Worker.TemporalWorker(client, new Temporal.Worker.TemporalWorkerOptions(queue).AddWorkflow<Beating>().AddAllActivities(activities));
        var handle = await worker.ExecuteAsync(async () =>
        {
            var started = await client.StartWorkflowAsync((Beating wf) => wf.RunAsync(), new(Guid.NewGuid().ToString(), queue));
            await activities.Waiting.Task;
            return started;
        });

        activities.CancelReason.ShouldBe(ActivityCancelReason.WorkerShutdown);
        var pending = (await handle.DescribeAsync()).RawDescription.PendingActivities.ShouldHaveSingleItem();
        pending.LastFailure.ApplicationFailureInfo.Type.ShouldBe("WorkerShutdown");
        await handle.TerminateAsync();
    }

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public async Task CompleteAsync_ByAClient_CompletesTheActivity(Transport transport)
    {
        var token = new TaskCompletionSource<byte[]>();
        var definition = ActivityDefinition.CreateWithoutAttribute("Later", Task<string> () =>
        {
            token.TrySetResult(ActivityExecutionContext.Current.Info.TaskToken);
            throw new CompleteAsyncException();
        });
        await engine.RunAsync(transport, o => o.AddWorkflow<Later>().AddActivity(definition), async (client, queue) =>
        {
            var handle = await client.StartWorkflowAsync((Later wf) => wf.RunAsync(), new(Guid.NewGuid().ToString(), queue));
            var activity = client.GetAsyncActivityHandle(await token.Task);
            await activity.HeartbeatAsync();
            await activity.CompleteAsync("from elsewhere");

            (await handle.GetResultAsync()).ShouldBe("from elsewhere");
        });
    }

    [Fact]
    public async Task FailAndCancelAsync_ByIds_ReachTheWorkflow()
    {
        var definition = ActivityDefinition.CreateWithoutAttribute("Later", Task<string> () => throw new CompleteAsyncException());
        await engine.RunAsync(Transport.InProcess, o => o.AddWorkflow<Later>().AddActivity(definition), async (client, queue) =>
        {
            var failing = await client.StartWorkflowAsync((Later wf) => wf.RunAsync(), new(Guid.NewGuid().ToString(), queue));
            await Eventually.BecomesAsync(async () => (await failing.DescribeAsync()).RawDescription.PendingActivities.Any(a => a.State == PendingActivityState.Started));
            await client.GetAsyncActivityHandle(failing.Id, null, "1").FailAsync(new ApplicationFailureException("from elsewhere", nonRetryable: true));
            (await Should.ThrowAsync<WorkflowFailedException>(failing.GetResultAsync())).InnerException!.InnerException!.Message.ShouldBe("from elsewhere");

            var canceling = await client.StartWorkflowAsync((Later wf) => wf.RunAsync(), new(Guid.NewGuid().ToString(), queue));
            await Eventually.BecomesAsync(async () => (await canceling.DescribeAsync()).RawDescription.PendingActivities.Any(a => a.State == PendingActivityState.Started));
            await canceling.CancelAsync();
            var activity = client.GetAsyncActivityHandle(canceling.Id, null, "1");
            await Eventually.BecomesAsync(() => IsToldToStopAsync(activity));
            (await Should.ThrowAsync<WorkflowFailedException>(canceling.GetResultAsync())).InnerException.ShouldBeOfType<CanceledFailureException>();
        });
    }

    [Fact]
    public Task Activity_NotRegistered_SaysWhatThereIs() => engine.RunAsync(Transport.InProcess, o => o.AddWorkflow<Unknown>().AddAllActivities(new Greeting()), async (client, queue) =>
    {
        var e = await Should.ThrowAsync<WorkflowFailedException>(client.ExecuteWorkflowAsync((Unknown wf) => wf.RunAsync(), new(Guid.NewGuid().ToString(), queue)));

        var cause = e.InnerException.ShouldBeOfType<ActivityFailureException>().InnerException.ShouldBeOfType<ApplicationFailureException>();
        cause.Message.ShouldContain("'Nobody' is not registered");
        cause.Message.ShouldContain("Greet");
    });

    private static async Task<bool> IsToldToStopAsync(AsyncActivityHandle activity)
    {
        try
        {
            await activity.HeartbeatAsync();
            return false;
        }
        catch (Exception e) when (e is AsyncActivityCanceledException or RpcException { Code: RpcStatusCode.NotFound })
        {
            return true;
        }
    }

    /// <summary>Heartbeats are sent often, so that the test need not wait for the next.</summary>
    private static Temporal.Worker.TemporalWorkerOptions Often(Temporal.Worker.TemporalWorkerOptions options)
    {
        options.MaxHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(20);
        return options;
    }

    [Workflow]
    public sealed class Retrying
    {
        [WorkflowRun]
        public Task<int> RunAsync() => Workflow.ExecuteActivityAsync((Greeting a) => a.FailTwiceAsync(), Greeting.Options with { RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(1) } });
    }

    [Workflow]
    public sealed class Beating
    {
        [WorkflowRun]
        public Task RunAsync() => Workflow.ExecuteActivityAsync(
            (Greeting a) => a.HeartbeatUntilCanceledAsync(),
            Greeting.Options with { HeartbeatTimeout = TimeSpan.FromMinutes(10), CancellationType = ActivityCancellationType.WaitCancellationCompleted, RetryPolicy = new() { InitialInterval = TimeSpan.FromMinutes(1) } });
    }

    [Workflow]
    public sealed class Remembering
    {
        [WorkflowRun]
        public Task<string> RunAsync() => Workflow.ExecuteActivityAsync((Greeting a) => a.RememberHeartbeatAsync(), Greeting.Options with { RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(1) } });
    }

    [Workflow]
    public sealed class Later
    {
        [WorkflowRun]
        public Task<string> RunAsync() => Workflow.ExecuteActivityAsync<string>("Later", [], Greeting.Options);
    }

    [Workflow]
    public sealed class Unknown
    {
        [WorkflowRun]
        public Task RunAsync() => Workflow.ExecuteActivityAsync("Nobody", [], Greeting.Options with { RetryPolicy = new() { MaximumAttempts = 1 } });
    }
}
