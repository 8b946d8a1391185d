using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Enums.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>Updates with their validators, stages and ids.</summary>
public abstract class UpdateTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    /// <summary>Longer than any test has patience: an answer comes because its stage was reached.</summary>
    protected override TimeSpan LongPollTimeout => TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Update_Accepted_AnswersItsResult()
    {
        await StartWorkerAsync();
        await StartAsync("ledger");

        (await Client.ExecuteUpdateAsync<int>(WorkflowId, "add", [5])).ShouldBe(5);
        (await Client.ExecuteUpdateAsync<int>(WorkflowId, "add", [2])).ShouldBe(7);
        await FinishAsync(7);
    }

    [Fact]
    public async Task Update_RefusedByItsValidator_FailsAndLeavesNoEvent()
    {
        await StartWorkerAsync();
        var run = await StartAsync("ledger");

        var e = await Should.ThrowAsync<SdkException>(() => Client.ExecuteUpdateAsync<int>(WorkflowId, "add", [-1]));

        e.Error.Name.ShouldBe("WorkflowUpdateFailedError");
        e.Error.Cause!.Type.ShouldBe("Negative");
        await FinishAsync(0);
        (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events.ShouldNotContain(x => x.EventType == EventType.WorkflowExecutionUpdateAccepted);
    }

    [Fact]
    public async Task Update_HandlerFails_TheCallerGetsItsFailureAndTheWorkflowGoesOn()
    {
        await StartWorkerAsync();
        await StartAsync("ledger");

        var e = await Should.ThrowAsync<SdkException>(() => Client.ExecuteUpdateAsync<int>(WorkflowId, "explode", []));

        (e.Error.Cause!.Message, e.Error.Cause.Type).ShouldBe(("exploded", "Boom"));
        await FinishAsync(0);
    }

    [Fact]
    public async Task Update_AcceptedThenCompletedLater_IsAwaitedByItsHandle()
    {
        await StartWorkerAsync();
        await StartAsync("ledger");

        await Client.StartUpdateAsync(WorkflowId, "addAfterGate", [4, WorkflowId], "update-1");
        await ArrivalAsync(WorkflowId);
        await OpenAsync(WorkflowId);

        (await Client.UpdateResultAsync<int>(WorkflowId, "update-1")).ShouldBe(4);
        await FinishAsync(4);
    }

    [Fact]
    public async Task Update_SameIdTwice_RunsOnce()
    {
        await StartWorkerAsync();
        await StartAsync("ledger");

        (await Client.ExecuteUpdateAsync<int>(WorkflowId, "add", [5], "once")).ShouldBe(5);
        (await Client.ExecuteUpdateAsync<int>(WorkflowId, "add", [5], "once")).ShouldBe(5);
        await FinishAsync(5);
    }

    [Fact]
    public async Task Update_ManyAtOnce_AllCount()
    {
        ReplaysAcrossLanguages = false;
        await StartWorkerAsync();
        await StartAsync("ledger");

        await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Client.ExecuteUpdateAsync<int>(WorkflowId, "add", [i])));

        await FinishAsync(210);
    }

    [Fact]
    public async Task Update_WithoutCache_Answers()
    {
        await StartWorkerAsync(cached: false);
        await StartAsync("ledger");

        (await Client.ExecuteUpdateAsync<int>(WorkflowId, "add", [5])).ShouldBe(5);
        (await Client.QueryAsync<int>(WorkflowId, "total")).ShouldBe(5);
        await FinishAsync(5);
    }

    [Fact]
    public async Task Update_WaitsForNoMoreThanItsAdmission_IsAnsweredWithoutAWorkerAndCompletesWithOne()
    {
        await StartAsync("ledger");

        // No client of the two SDKs asks for this stage.
        var admitted = await Client.RpcAsync("updateWorkflowExecution", new
        {
            @namespace = "default", workflowExecution = new { workflowId = WorkflowId },
            waitPolicy = new { lifecycleStage = (int)UpdateWorkflowExecutionLifecycleStage.Admitted },
            request = new { meta = new { updateId = "admitted" }, input = new { name = "add", args = new { payloads = new[] { Wire.Json("5") } } } },
        });

        admitted.GetProperty("stage").GetString().ShouldBe("UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED");
        admitted.TryGetProperty("outcome", out var outcome).ShouldBe(outcome.ValueKind == System.Text.Json.JsonValueKind.Null);
        await StartWorkerAsync();
        (await Client.UpdateResultAsync<int>(WorkflowId, "admitted")).ShouldBe(5);
        await FinishAsync(5);
    }

    [Fact]
    public async Task UpdateWithStart_Twice_StartsOnceAndUpdatesTwice()
    {
        await StartWorkerAsync();

        (await Client.UpdateWithStartAsync<int>("ledger", WorkflowId, Workers.Queue, "USE_EXISTING", "add", [5])).ShouldBe(5);
        var run = Track(new(WorkflowId, (await Client.DescribeAsync(WorkflowId)).RunId));
        (await Client.UpdateWithStartAsync<int>("ledger", WorkflowId, Workers.Queue, "USE_EXISTING", "add", [2])).ShouldBe(7);

        (await Client.DescribeAsync(WorkflowId)).RunId.ShouldBe(run.RunId);
        await FinishAsync(7);
    }

    [Fact]
    public async Task UpdateWithStart_RunningAndPolicyFail_IsRefusedAndUpdatesNothing()
    {
        await StartWorkerAsync();
        await StartAsync("ledger");

        var e = await Should.ThrowAsync<SdkException>(() => Client.UpdateWithStartAsync<int>("ledger", WorkflowId, Workers.Queue, "FAIL", "add", [5]));

        e.Error.Name.ShouldBe("WorkflowExecutionAlreadyStartedError");
        await FinishAsync(0);
    }

    private async Task FinishAsync(int expected)
    {
        await Client.SignalAsync(WorkflowId, "finish");
        (await Client.ResultAsync<int>(WorkflowId)).ShouldBe(expected);
    }
}
