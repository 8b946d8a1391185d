using Google.Protobuf;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>
/// What becomes of commands, messages and answers larger than may be kept. Causes, sentences and the end of the run are those of Temporal's history service
/// (<c>workflow_task_completed_handler.go</c>): trying again would send the same once more.
/// </summary>
public sealed class CommandLimitTests
{
    private const int Limit = 1_000;
    private static readonly string TooLong = new('x', Limit);

    private static readonly Dictionary<string, (Command Command, WorkflowTaskFailedCause Cause)> TooLarge = new()
    {
        ["ScheduleActivityTaskCommandAttributes.Input exceeds size limit."] = (Commands.Activity(change: a => a.Input = EngineHost.Text(TooLong)), WorkflowTaskFailedCause.BadScheduleActivityAttributes),
        ["CompleteWorkflowExecutionCommandAttributes.Result exceeds size limit."] = (Commands.Complete(TooLong), WorkflowTaskFailedCause.BadScheduleActivityAttributes),
        ["FailWorkflowExecutionCommandAttributes.Failure exceeds size limit."] = (Commands.Fail(TooLong), WorkflowTaskFailedCause.BadFailWorkflowExecutionAttributes),
        ["RecordMarkerCommandAttributes.Details exceeds size limit."] = (Marker(), WorkflowTaskFailedCause.BadRecordMarkerAttributes),
        ["ContinueAsNewWorkflowExecutionCommandAttributes. Input exceeds size limit."] = (Commands.ContinueAsNew(c => c.Input = EngineHost.Text(TooLong)), WorkflowTaskFailedCause.BadContinueAsNewAttributes),
        ["ContinueAsNewWorkflowExecutionCommandAttributes. Memo exceeds size limit."] = (Commands.ContinueAsNew(c => c.Memo = Memo()), WorkflowTaskFailedCause.BadContinueAsNewAttributes),
        ["StartChildWorkflowExecutionCommandAttributes. Input exceeds size limit."] = (Commands.Child("child-1", c => c.Input = EngineHost.Text(TooLong)), WorkflowTaskFailedCause.BadStartChildExecutionAttributes),
        ["StartChildWorkflowExecutionCommandAttributes.Memo exceeds size limit."] = (Commands.Child("child-1", c => c.Memo = Memo()), WorkflowTaskFailedCause.BadStartChildExecutionAttributes),
        ["SignalExternalWorkflowExecutionCommandAttributes.Input exceeds size limit."] = (Signal(), WorkflowTaskFailedCause.BadSignalWorkflowExecutionAttributes),
        ["search attribute TemporalChangeVersion value size 3"] = (Upsert(), WorkflowTaskFailedCause.BadSearchAttributes),
        ["ModifyWorkflowPropertiesCommandAttributes exceeds size limit."] = (ChangeMemo(Limit), WorkflowTaskFailedCause.BadModifyWorkflowPropertiesAttributes),
        ["ModifyWorkflowPropertiesCommandAttributes. Memo exceeds size limit."] = (ChangeMemo(Limit - 200), WorkflowTaskFailedCause.BadModifyWorkflowPropertiesAttributes),
    };

    public static TheoryData<string> Messages() => [.. TooLarge.Keys];

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task Command_LargerThanTheLimit_EndsTheRunWithTemporalsWords(string message)
    {
        var (command, cause) = TooLarge[message];
        await using var host = await StartAsync();
        await host.StartAsync("order-1");

        var error = await Should.ThrowAsync<RpcException>(host.CompleteAsync(await host.NextTaskAsync(), Commands.Timer("before"), command));

        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.ShouldStartWith($"{cause}: {message}");
        var events = await host.HistoryAsync("order-1");
        events.Select(e => e.EventType).ShouldBe(
            [EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled, EventType.WorkflowTaskStarted, EventType.WorkflowTaskFailed, EventType.WorkflowExecutionTerminated]);
        events[3].WorkflowTaskFailedEventAttributes.Cause.ShouldBe(cause);
        events[3].WorkflowTaskFailedEventAttributes.Failure.Message.ShouldBe(error.Message);
        events[4].WorkflowExecutionTerminatedEventAttributes.Reason.ShouldBe(error.Message);
        (await host.NextTaskOrNothingAsync("orders")).ShouldBeNull();
    }

    [Fact]
    public async Task Command_LargerThanTheLimitWhileAnEventWaits_TheEventStandsBeforeTheEnd()
    {
        await using var host = await StartAsync();
        await host.StartAsync("order-1");
        var task = await host.NextTaskAsync();
        await host.SignalAsync("order-1");

        await Should.ThrowAsync<RpcException>(host.CompleteAsync(task, Commands.Activity(change: a => a.Input = EngineHost.Text(TooLong))));

        (await host.TypesAsync("order-1")).Skip(3).ShouldBe([EventType.WorkflowTaskFailed, EventType.WorkflowExecutionSignaled, EventType.WorkflowExecutionTerminated]);
    }

    [Fact]
    public async Task Command_LargerThanTheLimitOnALaterAttempt_IsRefusedAndTheRunGoesOn()
    {
        await using var host = await StartAsync();
        await host.StartAsync("order-1");
        await host.FailTaskAsync(await host.NextTaskAsync());
        var second = await host.NextTaskAsync();
        second.Attempt.ShouldBe(2);

        var error = await Should.ThrowAsync<RpcException>(host.CompleteAsync(second, Commands.Complete(TooLong)));

        error.Message.ShouldContain("exceeds size limit.");
        (await host.StatusAsync("order-1")).ShouldBe(WorkflowExecutionStatus.Running);
    }

    [Fact]
    public async Task UpdateResponse_LargerThanTheLimit_EndsTheRun()
    {
        await using var host = await StartAsync();
        await host.StartAsync("order-1");
        var message = new Mandate.Protocol.Api.Protocol.V1.Message
        {
            Id = "m", ProtocolInstanceId = "u",
            Body = Google.Protobuf.WellKnownTypes.Any.Pack(new Mandate.Protocol.Api.Update.V1.Response { Outcome = new() { Success = EngineHost.Text(TooLong) } }),
        };

        var error = await Should.ThrowAsync<RpcException>(host.CompleteAsync(await host.NextTaskAsync(), r => r.Messages.Add(message)));

        error.Message.ShouldStartWith("BadUpdateWorkflowExecutionMessage: Message type temporal.api.update.v1.Response exceeds size limit.");
        (await host.StatusAsync("order-1")).ShouldBe(WorkflowExecutionStatus.Terminated);
    }

    [Fact]
    public async Task QueryResult_LargerThanTheLimit_FailsTheQueryAtOnce()
    {
        await using var host = await StartAsync();
        await host.StartIdleAsync("order-1");
        var query = host.QueryAsync("order-1");

        await host.AnswerAsync(await host.NextTaskAsync(), TooLong);

        var error = await Should.ThrowAsync<RpcException>(query);
        error.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        error.Message.ShouldContain("Blob data size exceeds limit.");
    }

    [Fact]
    public async Task QueryResult_LargerThanTheLimitInACompletion_FailsTheQueryAndNotTheTask()
    {
        await using var host = await StartAsync();
        await host.StartAsync("order-1");
        var query = host.QueryAsync("order-1");
        await Wait.UntilAsync(() => host.RunOf("order-1").Queries.HasWaiting, "the query to wait");
        var task = await host.NextTaskAsync();
        var id = task.Queries.Keys.Single();

        await host.CompleteAsync(task, r => r.QueryResults[id] = new() { ResultType = QueryResultType.Answered, Answer = EngineHost.Text(TooLong) });

        (await Should.ThrowAsync<RpcException>(query)).Message.ShouldContain("Blob data size exceeds limit.");
        (await host.StatusAsync("order-1")).ShouldBe(WorkflowExecutionStatus.Running);
    }

    private static Task<EngineHost> StartAsync() => EngineHost.StartAsync(o => o with { Limits = new() { MaxBlobBytes = Limit, MaxMemoBytes = Limit - 300 } });

    private static Memo Memo() => new() { Fields = { ["note"] = new Payload { Data = ByteString.CopyFromUtf8(TooLong) } } };

    private static Command Marker()
    {
        var command = Commands.Marker();
        command.RecordMarkerCommandAttributes.Details["data"] = EngineHost.Text(TooLong);
        return command;
    }

    private static Command Signal()
    {
        var command = Commands.SignalOther("order-2");
        command.SignalExternalWorkflowExecutionCommandAttributes.Input = EngineHost.Text(TooLong);
        return command;
    }

    private static Command Upsert() => new()
    {
        CommandType = CommandType.UpsertWorkflowSearchAttributes,
        UpsertWorkflowSearchAttributesCommandAttributes = new()
        {
            SearchAttributes = new()
            {
                IndexedFields =
                {
                    ["TemporalChangeVersion"] = new Payload
                    {
                        Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain"), ["type"] = ByteString.CopyFromUtf8("KeywordList") },
                        Data = ByteString.CopyFromUtf8($"[\"{new string('x', 3_000)}\"]"),
                    },
                },
            },
        },
    };

    private static Command ChangeMemo(int bytes) => new()
    {
        CommandType = CommandType.ModifyWorkflowProperties,
        ModifyWorkflowPropertiesCommandAttributes = new() { UpsertedMemo = new() { Fields = { ["note"] = new Payload { Data = ByteString.CopyFromUtf8(new string('x', bytes)) } } } },
    };
}
