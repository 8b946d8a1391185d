using Google.Protobuf;
using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tests;

/// <summary>What workers report of the end of runs and steps is in the ledger before the engine hears of it.</summary>
public sealed class ReportTests
{
    private const string Secret = "payload-that-stays-out";

    [Theory]
    [Scenario("audit", 1)]
    [InlineData("completed", AuditResult.Success)]
    [InlineData("failed", AuditResult.Failure)]
    [InlineData("cancelled", AuditResult.Success)]
    public async Task RunAndSteps_ByToken_LeaveOneEventEach_WithoutPayloads(string status, AuditResult result)
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var runId = await gateway.StartAsync(Callers.Alice, "order-1");
        await gateway.CompleteAsync(Callers.Worker, await gateway.PollAsync(Callers.Worker), GatewayFixture.Activity());
        var activity = await gateway.PollActivityAsync(Callers.Worker);
        if (status == "cancelled")
        {
            await gateway.CallAsync<IMessage>(Callers.Alice, new RequestCancelWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = "order-1" } });
            var cancels = new Command { CommandType = CommandType.RequestCancelActivityTask, RequestCancelActivityTaskCommandAttributes = new() { ScheduledEventId = 5 } };
            await gateway.CompleteAsync(Callers.Worker, await gateway.PollAsync(Callers.Worker), cancels);
        }

        await gateway.CallAsync<IMessage>(Callers.Worker, StepReport(status, activity.TaskToken));
        await gateway.CompleteAsync(Callers.Worker, await gateway.PollAsync(Callers.Worker), End(status));

        var events = (await gateway.AuditAsync("acme")).Where(e => e.Type is "execution.step" or "execution.end").ToList();
        events.Select(e => e.Type).ShouldBe(["execution.step", "execution.end"]);
        events.ShouldAllBe(e => e.Result == result && e.Metadata["status"] == status && e.Resource == new AuditResource("execution", "order-1") && e.Context["runId"] == runId
            && e.Actor.Type == "worker" && e.Metadata["initiator"] == "alice");
        (events[0].Metadata["step"], events[0].Metadata["attempt"]).ShouldBe(("Charge", "1"));
        (await gateway.AuditAsync("acme")).SelectMany(e => e.Metadata.Values.Concat(e.Context.Values)).ShouldNotContain(v => v.Contains(Secret));
    }

    [Fact]
    [Scenario("audit", 1)]
    public async Task Step_ById_LeavesOneEventThatNamesTheId()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        await gateway.StartAsync(Callers.Alice, "order-1");
        await gateway.CompleteAsync(Callers.Worker, await gateway.PollAsync(Callers.Worker), GatewayFixture.Activity());
        await gateway.PollActivityAsync(Callers.Worker);

        await gateway.CallAsync<IMessage>(Callers.Worker, new RespondActivityTaskCompletedByIdRequest { Namespace = GatewayFixture.Namespace, WorkflowId = "order-1", ActivityId = "1" });

        var step = (await gateway.AuditAsync("acme")).Single(e => e.Type == "execution.step");
        (step.Metadata["step"], step.Metadata["status"], step.Result).ShouldBe(("1", "completed", AuditResult.Success));
        step.Metadata.Keys.ShouldNotContain("attempt");
    }

    [Fact]
    public async Task Report_TheEngineRefuses_IsRecordedAsAFailureToo()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        await gateway.StartAsync(Callers.Alice, "order-1");
        var task = await gateway.PollAsync(Callers.Worker);
        await gateway.CompleteAsync(Callers.Worker, task, GatewayFixture.Complete());

        await gateway.RefusedAsync(Callers.Worker, GatewayFixture.Completion(task, GatewayFixture.Complete()));

        var ends = (await gateway.AuditAsync("acme")).Where(e => e.Type == "execution.end").ToList();
        ends.Select(e => e.Result).ShouldBe([AuditResult.Success, AuditResult.Success, AuditResult.Failure]);
        ends[2].Metadata["reason"].ShouldBe("engine:NotFound");
    }

    [Fact]
    [Scenario("audit", 13)]
    public async Task Report_LedgerCannotBeWritten_DoesNotReachTheEngine_UnlessItsKindMayWait()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        // The ledger is waited for while it is locked; the task must not time out meanwhile.
        await gateway.StartAsync(Callers.Alice, "order-1", r => r.WorkflowTaskTimeout = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMinutes(2)));
        var task = await gateway.PollAsync(Callers.Worker);
        await using var patient = new AuditRecorder(gateway.Ledger, new() { Buffered = ["execution.end"] });
        await using var buffering = await GatewayPipeline.StartAsync(gateway.Engine.Handler, gateway.Options with { Recorder = patient });
        await using (var holder = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={gateway.File("ledger.db")};Pooling=False"))
        {
            await holder.OpenAsync();
            await using var hold = holder.BeginTransaction(deferred: false);

            (await gateway.RefusedAsync(Callers.Worker, GatewayFixture.Completion(task, GatewayFixture.Complete()))).Code.ShouldBe(RpcStatusCode.Unavailable);
            (await gateway.HistoryAsync("order-1")).ShouldNotContain(e => e.EventType == EventType.WorkflowExecutionCompleted);

            await buffering.For(Callers.Worker)(new RpcCall(GatewayFixture.Completion(task, GatewayFixture.Complete()))).WithinLimit();
            (await gateway.HistoryAsync("order-1")).ShouldContain(e => e.EventType == EventType.WorkflowExecutionCompleted);
        }

        await Eventually.BecomesAsync(async () => (await gateway.AuditAsync("acme")).Count(e => e.Type == "execution.end") == 1);
    }

    private static IMessage StepReport(string status, ByteString token) => status switch
    {
        "completed" => new RespondActivityTaskCompletedRequest { Namespace = GatewayFixture.Namespace, TaskToken = token, Result = new() { Payloads_ = { GatewayFixture.Text(Secret) } } },
        "failed" => new RespondActivityTaskFailedRequest
        {
            Namespace = GatewayFixture.Namespace, TaskToken = token, Failure = new() { Message = Secret, ApplicationFailureInfo = new() { Type = "T", NonRetryable = true } },
        },
        _ => new RespondActivityTaskCanceledRequest { Namespace = GatewayFixture.Namespace, TaskToken = token, Details = new() { Payloads_ = { GatewayFixture.Text(Secret) } } },
    };

    private static Command End(string status) => status switch
    {
        "completed" => new()
        {
            CommandType = CommandType.CompleteWorkflowExecution, CompleteWorkflowExecutionCommandAttributes = new() { Result = new() { Payloads_ = { GatewayFixture.Text(Secret) } } },
        },
        "failed" => new() { CommandType = CommandType.FailWorkflowExecution, FailWorkflowExecutionCommandAttributes = new() { Failure = new() { Message = Secret } } },
        _ => new() { CommandType = CommandType.CancelWorkflowExecution, CancelWorkflowExecutionCommandAttributes = new() },
    };
}
