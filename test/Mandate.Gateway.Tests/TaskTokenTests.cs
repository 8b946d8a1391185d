using Google.Protobuf;
using Mandate.Gateway.Tasks;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tests;

/// <summary>Task tokens: good wherever a gateway with the keys stands, and for nothing but their task.</summary>
public sealed class TaskTokenTests : IAsyncLifetime
{
    private GatewayFixture _gateway = null!;

    public async Task InitializeAsync() => _gateway = await GatewayFixture.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public void Seal_AnyToken_OpensToTheSame()
    {
        var keys = TaskTokenKeys.Open(_gateway.File("other-keys.json"), TimeProvider.System);
        var token = new TaskToken(TaskKind.Activity, 3, "ns", "wörk", "run", "", "Type", "q", "e.n.v", "Charge", ByteString.CopyFromUtf8("inner")) { ProvesUntil = 1_790_000_000_123 };

        TaskToken.Open(token.Seal(keys), keys).ShouldBe(token);
    }

    [Fact]
    public void Open_OneBitFlippedAnywhere_OrCutOrLonger_IsRefused()
    {
        var keys = TaskTokenKeys.Open(_gateway.File("other-keys.json"), TimeProvider.System);
        var good = new TaskToken(TaskKind.Workflow, 1, "ns", "w", "run", "w", "Type", "q", "e.n.v", "Charge", ByteString.CopyFromUtf8("inner")).Seal(keys).ToByteArray();

        for (var i = 0; i < good.Length; i++)
        {
            var flipped = (byte[])good.Clone();
            flipped[i] ^= (byte)(1 << (i % 8));
            TaskToken.Open(ByteString.CopyFrom(flipped), keys).ShouldBeNull($"byte {i}");
            TaskToken.Open(ByteString.CopyFrom(good[..i]), keys).ShouldBeNull($"cut at {i}");
        }

        TaskToken.Open(ByteString.CopyFrom([.. good, 0]), keys).ShouldBeNull();
        TaskToken.Open(ByteString.CopyFrom(good), TaskTokenKeys.Open(_gateway.File("third-keys.json"), TimeProvider.System)).ShouldBeNull();
    }

    [Fact]
    public void Find_KeyThatAnotherGatewayAdded_IsReadFromTheSharedFile()
    {
        var time = new ManualTimeProvider();
        var (one, two) = (TaskTokenKeys.Open(_gateway.File("shared.json"), time), TaskTokenKeys.Open(_gateway.File("shared.json"), time));
        var before = new TaskToken(TaskKind.Workflow, 1, "ns", "w", "r", "w", "T", "q", "e", "", ByteString.CopyFromUtf8("i")).Seal(one);

        one.Rotate();
        time.Advance(TimeSpan.FromSeconds(2));

        var after = new TaskToken(TaskKind.Workflow, 1, "ns", "w", "r", "w", "T", "q", "e", "", ByteString.CopyFromUtf8("i")).Seal(one);
        after.ShouldNotBe(before);
        TaskToken.Open(after, two).ShouldNotBeNull();
        TaskToken.Open(before, one).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    public void Open_FileThatOthersCanRead_IsRefused(UnixFileMode mode)
    {
        var path = _gateway.File("open.json");
        TaskTokenKeys.Open(path, TimeProvider.System);
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);

        Should.Throw<TokenKeyException>(() => TaskTokenKeys.Open(path, TimeProvider.System)).Message.ShouldContain("chmod 600");
    }

    [Fact]
    public async Task Complete_ByAGatewayThatNeverSawTheTask_GoesThrough()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var task = await _gateway.PollAsync(Callers.Worker);

        await using var replica = await GatewayPipeline.StartAsync(_gateway.Engine.Handler, _gateway.Options);
        await replica.For(Callers.Worker).CallAsync<RespondWorkflowTaskCompletedResponse>(GatewayFixture.Completion(task, GatewayFixture.Activity()));

        var activity = await replica.For(Callers.Worker).CallAsync<PollActivityTaskQueueResponse>(
            new PollActivityTaskQueueRequest { Namespace = GatewayFixture.Namespace, TaskQueue = new() { Name = GatewayFixture.Queue } });
        GatewayFixture.Read(activity.Header, IdentityHeaders.Principal).ShouldNotBeNull();
        await _gateway.CallAsync<RespondActivityTaskCompletedResponse>(
            Callers.Worker, new RespondActivityTaskCompletedRequest { Namespace = GatewayFixture.Namespace, TaskToken = activity.TaskToken });
    }

    [Fact]
    public async Task Complete_WithATokenOfAnOlderForm_IsRefusedAndNotRecordedAsForged()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var completion = GatewayFixture.Completion(await _gateway.PollAsync(Callers.AcmeWorker), GatewayFixture.Complete());
        var (older, forged) = (completion.TaskToken.ToByteArray(), completion.TaskToken.ToByteArray());
        "MGT2"u8.CopyTo(older);
        "MGT2"u8.CopyTo(forged);
        TaskTokenKeys.Open(_gateway.Options.TokenKeyFile, TimeProvider.System).Current.Sign(older.AsSpan(0, older.Length - TaskTokenKeys.MacBytes), older.AsSpan(older.Length - TaskTokenKeys.MacBytes));

        completion.TaskToken = ByteString.CopyFrom(older);
        (await _gateway.RefusedAsync(Callers.AcmeWorker, completion)).Message.ShouldContain("earlier version");
        (await _gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("task-token-of-an-older-form");

        completion.TaskToken = ByteString.CopyFrom(forged);
        (await _gateway.RefusedAsync(Callers.AcmeWorker, completion)).Code.ShouldBe(RpcStatusCode.PermissionDenied);
        (await _gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("task-token-forged");
    }

    [Fact]
    public async Task FindActivity_AfterItsTimeOut_ProvesNothingAnyMore()
    {
        var time = new ManualTimeProvider();
        await using var gateway = await GatewayFixture.StartAsync((_, options) => options with { TimeProvider = time });
        await gateway.StartAsync(Callers.Alice, "order-1");
        var activity = GatewayFixture.Activity();
        activity.ScheduleActivityTaskCommandAttributes.StartToCloseTimeout = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMinutes(5));
        await gateway.CompleteAsync(Callers.Worker, await gateway.PollAsync(Callers.Worker), activity);

        var task = await gateway.CallAsync<PollActivityTaskQueueResponse>(
            Callers.Worker, new PollActivityTaskQueueRequest { Namespace = GatewayFixture.Namespace, TaskQueue = new() { Name = GatewayFixture.Queue } });

        time.Advance(TimeSpan.FromMinutes(5));
        gateway.Pipeline.FindActivity(task.TaskToken.Memory)!.WorkflowId.ShouldBe("order-1");
        time.Advance(TimeSpan.FromMinutes(1));
        gateway.Pipeline.FindActivity(task.TaskToken.Memory).ShouldBeNull();
        // Whether it may still be answered is the engine's to say.
        await gateway.CallAsync<RespondActivityTaskCompletedResponse>(Callers.Worker, new RespondActivityTaskCompletedRequest { Namespace = GatewayFixture.Namespace, TaskToken = task.TaskToken });
    }

    [Fact]
    public async Task Complete_TheEnginesOwnToken_IsRefused()
    {
        await _gateway.Engine.Handler.CallAsync<StartWorkflowExecutionResponse>(GatewayFixture.StartRequest("order-1"));
        var task = await _gateway.Engine.Handler.CallAsync<PollWorkflowTaskQueueResponse>(
            new PollWorkflowTaskQueueRequest { Namespace = GatewayFixture.Namespace, TaskQueue = new() { Name = GatewayFixture.Queue } });

        (await _gateway.RefusedAsync(Callers.Worker, GatewayFixture.Completion(task, GatewayFixture.Complete()))).Code.ShouldBe(RpcStatusCode.PermissionDenied);

        (await _gateway.HistoryAsync("order-1"))[^1].EventType.ShouldBe(EventType.WorkflowTaskStarted);
    }

    [Fact]
    public async Task StickyTask_WithPartOfTheHistory_KnowsItsRunAndStampsItsCommands()
    {
        await _gateway.StartAsync(Callers.Alice, "order-1");
        var envelope = GatewayFixture.Read((await _gateway.HistoryAsync("order-1"))[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal);
        var completion = GatewayFixture.Completion(await _gateway.PollAsync(Callers.Worker));
        completion.StickyAttributes = new()
        {
            WorkerTaskQueue = new() { Name = "sticky-1", Kind = TaskQueueKind.Sticky, NormalName = GatewayFixture.Queue },
            ScheduleToStartTimeout = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(30)),
        };
        await _gateway.CallAsync<RespondWorkflowTaskCompletedResponse>(Callers.Worker, completion);

        // A gateway that never saw the run gets a task that begins in the middle.
        await using var replica = await GatewayPipeline.StartAsync(_gateway.Engine.Handler, _gateway.Options);
        var worker = replica.For(Callers.Worker);
        var poll = worker.CallAsync<PollWorkflowTaskQueueResponse>(new PollWorkflowTaskQueueRequest
        {
            Namespace = GatewayFixture.Namespace, TaskQueue = new() { Name = "sticky-1", Kind = TaskQueueKind.Sticky, NormalName = GatewayFixture.Queue },
        });
        await _gateway.CallAsync<SignalWorkflowExecutionResponse>(
            Callers.Alice, new SignalWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = "order-1" }, SignalName = "go" });
        var task = await poll.WithinLimit();
        await worker.CallAsync<RespondWorkflowTaskCompletedResponse>(GatewayFixture.Completion(task, GatewayFixture.Activity()));

        var scheduled = (await _gateway.HistoryAsync("order-1")).Single(e => e.EventType == EventType.ActivityTaskScheduled).ActivityTaskScheduledEventAttributes;
        GatewayFixture.Read(scheduled.Header, IdentityHeaders.Principal).ShouldBe(envelope);
    }
}
