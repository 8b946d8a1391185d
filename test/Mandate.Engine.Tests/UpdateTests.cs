using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.ErrorDetails.V1;
using Mandate.Protocol.Api.Protocol.V1;
using Mandate.Protocol.Api.Update.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>Section 4 of the protocol page: updates.</summary>
public sealed class UpdateTests
{
    // Rules 1 to 4 and 7.
    [Fact]
    public async Task Update_AcceptedAndCompletedInOneTask_AnswersItsOutcome()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        var call = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed);
        var task = await host.NextTaskAsync();
        var message = task.Messages.Single();
        message.Id.ShouldBe("u1/request");
        message.ProtocolInstanceId.ShouldBe("u1");
        message.EventId.ShouldBe(task.StartedEventId - 1);
        message.Body.Unpack<Request>().Input.Name.ShouldBe("approve");
        await host.CompleteAsync(task, r => Answer(r, message, Accept(message), Complete(message, "yes")), Place("u1/accept"), Commands.Marker(), Place("u1/complete"));

        var answer = await call.Soon();
        answer.Stage.ShouldBe(UpdateWorkflowExecutionLifecycleStage.Completed);
        answer.Outcome.Success.ShouldBe(EngineHost.Text("yes"));
        var history = await host.HistoryAsync("order");
        history.TakeLast(3).Select(e => e.EventType).ShouldBe(
            [EventType.WorkflowExecutionUpdateAccepted, EventType.MarkerRecorded, EventType.WorkflowExecutionUpdateCompleted]);
        var accepted = history[^3].WorkflowExecutionUpdateAcceptedEventAttributes;
        accepted.AcceptedRequest.Input.Name.ShouldBe("approve");
        accepted.AcceptedRequestMessageId.ShouldBe("u1/request");
        history[^1].WorkflowExecutionUpdateCompletedEventAttributes.AcceptedEventId.ShouldBe(history[^3].EventId);
    }

    [Fact]
    public async Task Update_WithTheSameId_IsOneUpdateEvenAfterARestart()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        var first = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed);
        var second = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed);
        var task = await host.NextTaskAsync();
        var message = task.Messages.Single();
        await host.CompleteAsync(task, r => Answer(r, message, Accept(message), Complete(message, "once")), Place("u1/accept"), Place("u1/complete"));
        (await first.Soon()).Outcome.Success.ShouldBe(EngineHost.Text("once"));
        (await second.Soon()).Outcome.Success.ShouldBe(EngineHost.Text("once"));
        await host.RestartAsync();
        (await Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed).Soon()).Outcome.Success.ShouldBe(EngineHost.Text("once"));
    }

    [Fact]
    public async Task Update_Accepted_CompletesInALaterTask()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        var call = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Accepted);
        var task = await host.NextTaskAsync();
        var message = task.Messages.Single();
        await host.CompleteAsync(task, r => Answer(r, message, Accept(message)), Place("u1/accept"));
        var answer = await call.Soon();
        answer.Stage.ShouldBe(UpdateWorkflowExecutionLifecycleStage.Accepted);
        answer.Outcome.ShouldBeNull();

        await host.RestartAsync();
        var poll = Poll(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed);
        await host.SignalAsync("order");
        await host.CompleteAsync(await host.NextTaskAsync(), r => Answer(r, message, Complete(message, "late")), Place("u1/complete"));
        (await poll.Soon()).Outcome.Success.ShouldBe(EngineHost.Text("late"));
    }

    // Rule 4: a rejection leaves no event.
    [Fact]
    public async Task Update_Rejected_FailsWithoutATrace()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        var call = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed);
        var task = await host.NextTaskAsync();
        var message = task.Messages.Single();
        await host.CompleteAsync(task, r => r.Messages.Add(new Message
        {
            Id = "u1/reject",
            ProtocolInstanceId = "u1",
            Body = Any.Pack(new Rejection { RejectedRequestMessageId = message.Id, Failure = new() { Message = "not now" } }),
        }));
        (await call.Soon()).Outcome.Failure.Message.ShouldBe("not now");
        (await host.TypesAsync("order")).ShouldNotContain(EventType.WorkflowExecutionUpdateAccepted);
        (await Should.ThrowAsync<RpcException>(() => Poll(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed))).Code.ShouldBe(RpcStatusCode.NotFound);
    }

    // Rule 5.
    [Fact]
    public async Task Update_TheWorkerSaysNothingOf_IsRejected()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        var call = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed);
        await host.CompleteAsync(await host.NextTaskAsync());
        (await call.Soon()).Outcome.Failure.ApplicationFailureInfo.Type.ShouldBe("UnprocessedUpdate");
    }

    // Rule 2: again after a failed task; a heartbeat carries only new ones.
    [Fact]
    public async Task Update_OfAFailedTask_IsSentAgain()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        _ = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Accepted);
        await host.FailTaskAsync(await host.NextTaskAsync());
        var again = await host.NextTaskAsync();
        again.Messages.Single().Id.ShouldBe("u1/request");
        again.Messages.Single().EventId.ShouldBe(again.StartedEventId - 1);
    }

    [Fact]
    public async Task Heartbeat_WithAnUpdateAtWork_CarriesOnlyNewOnes()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        _ = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Accepted);
        var task = await host.NextTaskAsync();
        _ = Update(host, "order", "u2", UpdateWorkflowExecutionLifecycleStage.Accepted);
        await Wait.UntilAsync(() => host.RunOf("order").Updates.Find("u2") is not null, "the second update to be admitted");
        var answer = await host.CompleteAsync(task, r =>
        {
            r.ForceCreateNewWorkflowTask = true;
            r.ReturnNewWorkflowTask = true;
            r.StickyAttributes = EngineHost.Sticky;
        });
        answer.WorkflowTask.Messages.Select(m => m.ProtocolInstanceId).ShouldBe(["u2"]);
    }

    [Fact]
    public async Task Update_DuringAStartedTask_GetsATaskOfItsOwn()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        _ = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Accepted);
        await Wait.UntilAsync(() => host.RunOf("order").Updates.Find("u1") is not null, "the update to be admitted");
        await host.CompleteAsync(task, Commands.Timer());
        (await host.NextTaskAsync()).Messages.Single().ProtocolInstanceId.ShouldBe("u1");
    }

    // Rule 6.
    [Fact]
    public async Task WorkflowEnd_WithAnUpdateAccepted_FailsTheUpdate()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        var call = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed);
        var task = await host.NextTaskAsync();
        var message = task.Messages.Single();
        await host.CompleteAsync(task, r => Answer(r, message, Accept(message)), Place("u1/accept"), Commands.Complete());
        (await call.Soon()).Outcome.Failure.ApplicationFailureInfo.Type.ShouldBe("AcceptedUpdateCompletedWorkflow");
        await host.RestartAsync();
        (await Poll(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed)).Outcome.Failure.ApplicationFailureInfo.Type.ShouldBe("AcceptedUpdateCompletedWorkflow");
    }

    [Theory]
    [InlineData(false, RpcStatusCode.NotFound)]
    [InlineData(true, RpcStatusCode.ResourceExhausted)]
    public async Task WorkflowEnd_BeforeTheUpdateIsSeen_RefusesIt(bool continues, RpcStatusCode expected)
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        var task = await host.NextTaskAsync();
        var call = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Accepted);
        await Wait.UntilAsync(() => host.RunOf("order").Updates.Find("u1") is not null, "the update to be admitted");
        await host.CompleteAsync(task, continues ? Commands.ContinueAsNew() : Commands.Complete());
        (await Should.ThrowAsync<RpcException>(() => call.Soon())).Code.ShouldBe(expected);
    }

    // Rule 7: wait at most so long, then answer the present stage.
    [Fact]
    public async Task Update_NobodyWorksOn_AnswersItsStageAfterTheLongPoll()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        var call = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed);
        await host.AdvanceUntilAsync(call, TimeSpan.FromSeconds(5));
        (await call).Stage.ShouldBe(UpdateWorkflowExecutionLifecycleStage.Admitted);
    }

    [Fact]
    public async Task Updates_PastTheLimitInFlight_AreRefused()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Limits = new() { MaxUpdatesInFlight = 2 } });
        await host.StartIdleAsync("order");
        await Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Admitted);
        await Update(host, "order", "u2", UpdateWorkflowExecutionLifecycleStage.Admitted);
        (await Should.ThrowAsync<RpcException>(() => Update(host, "order", "u3", UpdateWorkflowExecutionLifecycleStage.Admitted))).Code.ShouldBe(RpcStatusCode.ResourceExhausted);
    }

    [Fact]
    public async Task UpdateWithStart_OfANewId_StartsAndUpdates()
    {
        await using var host = await EngineHost.StartAsync();
        var call = WithStart(host, "order", WorkflowIdConflictPolicy.Fail);
        var task = await host.NextTaskAsync();
        var message = task.Messages.Single();
        await host.CompleteAsync(task, r => Answer(r, message, Accept(message), Complete(message, "both")), Place("u1/accept"), Place("u1/complete"));
        var answer = await call.Soon();
        answer.Responses[0].StartWorkflow.Started.ShouldBeTrue();
        answer.Responses[1].UpdateWorkflow.Outcome.Success.ShouldBe(EngineHost.Text("both"));
        (await WithStart(host, "order", WorkflowIdConflictPolicy.Fail)).Responses[1].UpdateWorkflow.Outcome.Success.ShouldBe(EngineHost.Text("both"));
    }

    [Fact]
    public async Task UpdateWithStart_OfARunningId_FollowsTheConflictPolicy()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        var error = await Should.ThrowAsync<RpcException>(() => WithStart(host, "order", WorkflowIdConflictPolicy.Fail));
        error.Code.ShouldBe(RpcStatusCode.AlreadyExists);
        var statuses = error.Details.OfType<MultiOperationExecutionFailure>().Single().Statuses;
        statuses[0].Code.ShouldBe((int)RpcStatusCode.AlreadyExists);
        statuses[0].Details.Single().Is(WorkflowExecutionAlreadyStartedFailure.Descriptor).ShouldBeTrue();
        statuses[1].Details.Single().TypeUrl.ShouldEndWith("MultiOperationExecutionAborted");

        var call = WithStart(host, "order", WorkflowIdConflictPolicy.UseExisting);
        var task = await host.NextTaskAsync();
        var message = task.Messages.Single();
        await host.CompleteAsync(task, r => Answer(r, message, Accept(message), Complete(message, "used")), Place("u1/accept"), Place("u1/complete"));
        var answer = await call.Soon();
        answer.Responses[0].StartWorkflow.Started.ShouldBeFalse();
        answer.Responses[1].UpdateWorkflow.Outcome.Success.ShouldBe(EngineHost.Text("used"));
    }

    // A worker that accepts what the engine has forgotten in a restart says itself what it accepts.
    [Fact]
    public async Task Acceptance_AfterARestart_IsTakenAtItsWord()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartIdleAsync("order");
        var call = Update(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed);
        var task = await host.NextTaskAsync();
        var message = task.Messages.Single();
        await host.RestartAsync();
        await host.CompleteAsync(task, r => Answer(r, message, Accept(message), Complete(message, "kept")), Place("u1/accept"), Place("u1/complete"));
        (await Poll(host, "order", "u1", UpdateWorkflowExecutionLifecycleStage.Completed)).Outcome.Success.ShouldBe(EngineHost.Text("kept"));
        (await Should.ThrowAsync<RpcException>(() => call.Soon())).Code.ShouldBe(RpcStatusCode.Unavailable, "the engine it was made to has stopped");
    }

    private static Task<UpdateWorkflowExecutionResponse> Update(EngineHost host, string id, string updateId, UpdateWorkflowExecutionLifecycleStage stage) =>
        host.Handler.CallAsync<UpdateWorkflowExecutionResponse>(Request(id, updateId, stage));

    private static UpdateWorkflowExecutionRequest Request(string id, string updateId, UpdateWorkflowExecutionLifecycleStage stage) => new()
    {
        Namespace = "default",
        WorkflowExecution = new() { WorkflowId = id },
        WaitPolicy = new() { LifecycleStage = stage },
        Request = new() { Meta = new() { UpdateId = updateId, Identity = "client" }, Input = new() { Name = "approve", Args = EngineHost.Text("now") } },
    };

    private static Task<PollWorkflowExecutionUpdateResponse> Poll(EngineHost host, string id, string updateId, UpdateWorkflowExecutionLifecycleStage stage) =>
        host.Handler.CallAsync<PollWorkflowExecutionUpdateResponse>(new PollWorkflowExecutionUpdateRequest
        {
            Namespace = "default",
            UpdateRef = new() { WorkflowExecution = new() { WorkflowId = id }, UpdateId = updateId },
            WaitPolicy = new() { LifecycleStage = stage },
        });

    private static Task<ExecuteMultiOperationResponse> WithStart(EngineHost host, string id, WorkflowIdConflictPolicy policy)
    {
        var start = EngineHost.StartRequest(id);
        start.WorkflowIdConflictPolicy = policy;
        return host.Handler.CallAsync<ExecuteMultiOperationResponse>(new ExecuteMultiOperationRequest
        {
            Namespace = "default",
            Operations =
            {
                new ExecuteMultiOperationRequest.Types.Operation { StartWorkflow = start },
                new ExecuteMultiOperationRequest.Types.Operation { UpdateWorkflow = Request(id, "u1", UpdateWorkflowExecutionLifecycleStage.Completed) },
            },
        });
    }

    private static Command Place(string messageId) => new()
    {
        CommandType = CommandType.ProtocolMessage,
        ProtocolMessageCommandAttributes = new() { MessageId = messageId },
    };

    private static void Answer(RespondWorkflowTaskCompletedRequest request, Message delivered, params Message[] messages) => request.Messages.AddRange(messages);

    private static Message Accept(Message delivered) => new()
    {
        Id = $"{delivered.ProtocolInstanceId}/accept",
        ProtocolInstanceId = delivered.ProtocolInstanceId,
        Body = Any.Pack(new Acceptance
        {
            AcceptedRequestMessageId = delivered.Id,
            AcceptedRequestSequencingEventId = delivered.EventId,
            AcceptedRequest = delivered.Body.Unpack<Request>(),
        }),
    };

    private static Message Complete(Message delivered, string result) => new()
    {
        Id = $"{delivered.ProtocolInstanceId}/complete",
        ProtocolInstanceId = delivered.ProtocolInstanceId,
        Body = Any.Pack(new Response { Meta = new() { UpdateId = delivered.ProtocolInstanceId }, Outcome = new() { Success = EngineHost.Text(result) } }),
    };
}
