using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

public sealed class RotationTests
{
    [Fact]
    [Scenario("stateful-workflow", 3)]
    public async Task Query_HeldToken_ShowsItsReferenceAndItsAnswerSentBackChangesNothing()
    {
        await using var tree = await TreeFixture.StartAsync();
        var token = await tree.SetAsync("secret-of-the-query", "root");
        var handle = await tree.StartTreeAsync("root", new() { ApiToken = token });
        var shown = await tree.BecomesAsync("root", t => t.Epoch == 1);

        var json = (await tree.AsAsync(TreeFixture.Alice, () => handle.QueryAsync<System.Text.Json.JsonElement>(StatefulNames.ApiToken, []))).ToString();
        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(StatefulNames.ApiToken, [shown]));
        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(StatefulNames.ApiToken, [shown with { State = ApiTokenState.Revoked, Source = "forged" }]));
        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(StatefulNames.ApiToken, [shown with { Epoch = 900, State = ApiTokenState.Revoked }]));

        System.Text.Json.JsonDocument.Parse(json).RootElement.EnumerateObject().Select(p => p.Name).ShouldBe(["name", "epoch", "fingerprint", "source", "setAt", "state"], ignoreOrder: true);
        json.ShouldContain("\"active\"");
        json.ShouldNotContain("secret-of-the-query");
        shown.ShouldBe(new ApiTokenInfo { Name = "root", Epoch = 1, Fingerprint = token.Fingerprint, Source = "start", SetAt = shown.SetAt, State = ApiTokenState.Active });
        await HandledAsync(tree, "root");
        (await tree.TokenOfAsync("root")).ShouldBe(shown);
    }

    [Fact]
    [Scenario("stateful-workflow", 7)]
    public async Task Rotation_WhileAChildIsStarting_ChildEndsWithTheNewEpoch()
    {
        await using var tree = await TreeFixture.StartAsync();
        var first = await tree.SetAsync("secret-while-starting-1", "root");
        await tree.StartTreeAsync("root", new() { ApiToken = first });
        // Nobody polls the child's queue: it is started, and its first task waits.
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "slow", TaskQueue = "slow" })));
        await Eventually.BecomesAsync(() => tree.TreeOfAsync("root").GetAwaiter().GetResult().Children.Any(c => c.WorkflowId == "slow"));

        var second = await tree.SetAsync("secret-while-starting-2", "root");
        await tree.SignalAsync("root", second);
        await tree.BecomesAsync("root", t => t.Epoch == 2);
        tree.AddWorker(taskQueue: "slow");

        (await tree.BecomesAsync("slow", t => t.Epoch == 2)).Fingerprint.ShouldBe(second.Fingerprint);
    }

    [Fact]
    [Scenario("stateful-workflow", 7)]
    public async Task Rotation_InTheTaskThatStartsAChild_ChildEndsWithTheNewEpoch()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync("secret-in-the-same-task-1", "root") });
        var second = await tree.SetAsync("secret-in-the-same-task-2", "root");
        // Both are there when the first task begins: the start is on its way, and the parent does not know yet that it succeeded, when the token is rotated.
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "early" })));
        await tree.SignalAsync("root", second);

        tree.AddWorker();

        (await tree.BecomesAsync("early", t => t.Epoch == 2)).Fingerprint.ShouldBe(second.Fingerprint);
    }

    [Fact]
    [Scenario("stateful-workflow", 8)]
    public async Task Signal_OutOfOrderAndTwice_EpochsOnlyGrowAndAnEqualOneHealsOnce()
    {
        await using var tree = await TreeFixture.StartAsync();
        var references = new[] { await tree.SetAsync("secret-in-order-1", "root"), await tree.SetAsync("secret-in-order-2", "root"), await tree.SetAsync("secret-in-order-3", "root") };
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 1, ApiToken = references[0] });
        await tree.BecomesAsync("root/0", t => t.Epoch == 1);

        await tree.SignalAsync("root", references[2]);
        (await tree.BecomesAsync("root/0", t => t.Epoch == 3)).Fingerprint.ShouldBe(references[2].Fingerprint);
        await tree.SignalAsync("root", references[1]);
        await tree.SignalAsync("root", references[0]);
        await HandledAsync(tree, "root");
        (await DeliveriesAsync(tree, "root")).ShouldBe(1, "an older epoch is ignored");
        await tree.SignalAsync("root", references[0]);
        await tree.SignalAsync("root", references[2]);
        await tree.SignalAsync("root", references[2]);
        await tree.SignalAsync("root", references[2]);
        await HandledAsync(tree, "root");

        (await tree.TokenOfAsync("root")).Reference().ShouldBe(references[2]);
        (await tree.TokenOfAsync("root/0")).Reference().ShouldBe(references[2]);
        // One delivery of epoch 3, and one more to heal whatever missed it, however often it comes again.
        (await DeliveriesAsync(tree, "root")).ShouldBe(2);
    }

    [Fact]
    [Scenario("stateful-workflow", 8)]
    public async Task Signal_FromAnAncestorOutOfOrderAndTwice_EpochsOnlyGrowAndAnEqualOneHealsOnce()
    {
        await using var tree = await TreeFixture.StartAsync();
        var references = new[] { await tree.SetAsync("secret-from-above-1", "root"), await tree.SetAsync("secret-from-above-2", "root"), await tree.SetAsync("secret-from-above-3", "root") };
        await tree.StartTreeAsync("root", new() { Depth = 2, Fanout = 1, ApiToken = references[0] });
        await tree.BecomesAsync("root/0/0", t => t.Epoch == 1);

        await TellAsync(references[2]);
        await tree.BecomesAsync("root/0/0", t => t.Epoch == 3);
        await TellAsync(references[1], references[0]);
        (await DeliveriesAsync(tree, "root/0")).ShouldBe(1, "an older epoch is ignored");
        await TellAsync(references[2], references[2], references[0], references[2]);

        (await DeliveriesAsync(tree, "root/0")).ShouldBe(2);
        foreach (var id in (string[])["root/0", "root/0/0"])
            (await tree.TokenOfAsync(id)).Reference().ShouldBe(references[2]);

        // What a child is told by an ancestor it does not look up: here the child itself has to know what is old.
        async Task TellAsync(params IReadOnlyList<CredentialReference> told)
        {
            var before = await HeardAsync();
            foreach (var reference in told)
                await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.TellAsync("root/0", ApiTokenMessage.Of(reference))));
            await Eventually.BecomesAsync(async () => await HeardAsync() == before + told.Count);
            await HandledAsync(tree, "root/0");
        }

        async Task<int> HeardAsync() => (await tree.BareClient.GetWorkflowHandle("root/0").FetchHistoryAsync()).Events.Count(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName == StatefulNames.ApiToken);
    }

    [Fact]
    [Scenario("stateful-workflow", 9)]
    public async Task Revoke_ATree_ShowsEverywhereAndTheNextCallFailsForGood()
    {
        await using var tree = await TreeFixture.StartAsync();
        var token = await tree.SetAsync("secret-to-be-revoked", "root");
        var handle = await tree.StartTreeAsync("root", new() { Depth = 2, Fanout = 1, ApiToken = token, ApiUrl = tree.Api.Address });
        await tree.BecomesAsync("root/0/0", t => t.Epoch == 1);
        await tree.CallAsync("root/0/0");
        // An activity that calls twice is between its calls.
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        tree.Api.Answers = answers.Task;
        var midway = tree.AsAsync(TreeFixture.Alice, () => handle.ExecuteUpdateAsync(wf => wf.CallTwiceAsync()));
        await Eventually.BecomesAsync(() => tree.Api.Calls.Count == 2);

        var report = await tree.AsAsync(TreeFixture.Alice, () => handle.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RevokeApiToken, [])).WithinLimit();
        answers.SetResult();

        report.Token.State.ShouldBe(ApiTokenState.Revoked);
        report.Levels.ShouldBe([new(1, 1, 0, 0, 0), new(2, 1, 0, 0, 0)]);
        await FailsAsync(() => midway.WithinLimit());
        foreach (var id in (string[])["root", "root/0", "root/0/0"])
        {
            (await tree.TokenOfAsync(id)).State.ShouldBe(ApiTokenState.Revoked);
            await FailsAsync(() => tree.CallAsync(id));
            await FailsAsync(() => tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>(id).ExecuteUpdateAsync(wf => wf.CallLocallyAsync())).WithinLimit());
            // Nor was any of them tried again.
            var failed = (await tree.BareClient.GetWorkflowHandle(id).FetchHistoryAsync()).Events.Select(e => e.ActivityTaskFailedEventAttributes).Where(f => f is not null).ToList();
            failed.Select(f => f.RetryState).ShouldBe(Enumerable.Repeat(Protocol.Api.Enums.V1.RetryState.NonRetryableFailure, id == "root" ? 2 : 1));
        }

        tree.Api.Calls.Select(c => c.Path).ShouldBe(["/root/0/0", "/root/first"]);
        var after = await tree.SetAsync("secret-after-revocation", "root");
        await tree.RotateAsync("root", after);
        await tree.CallAsync("root/0/0");
        tree.Api.Calls[^1].Token.ShouldBe("secret-after-revocation");

        static async Task FailsAsync(Func<Task> call)
        {
            var failure = await FailureOfAsync(call);
            failure.ErrorType.ShouldBe(ApiTokenFailureTypes.Revoked);
            failure.NonRetryable.ShouldBeTrue();
        }
    }

    [Fact]
    [Scenario("stateful-workflow", 10)]
    public async Task Retry_OfAChildAfterARotation_UsesTheNewEpoch()
    {
        await using var tree = await TreeFixture.StartAsync();
        var first = await tree.SetAsync("secret-of-attempt-1", "root");
        await tree.StartTreeAsync("root", new() { ApiToken = first });
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(
            wf => wf.AddChildAsync(new ChildRequest { Id = "retried", Workflow = nameof(RetriedWorkflow), IsRetried = true })));
        await tree.BecomesAsync("retried", t => t.Epoch == 1);

        // The rotation reaches the first attempt; the second one is started with what the first was.
        var second = await tree.SetAsync("secret-of-attempt-2", "root");
        await tree.RotateAsync("root", second);
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<RetriedWorkflow>("retried").SignalAsync(wf => wf.FailAsync()));
        await Eventually.BecomesAsync(() => tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<RetriedWorkflow>("retried").QueryAsync(wf => wf.Attempt)).GetAwaiter().GetResult() == 2);

        // It asks the vault, and its parent sends it once more: whichever comes first.
        var shown = await tree.BecomesAsync("retried", t => t.Epoch == 2);
        shown.Source.ShouldBeOneOf("vault", "parent");
        shown.Reference().ShouldBe(second);
    }

    [Fact]
    [Scenario("stateful-workflow", 13)]
    public async Task Update_RotateATreeOfThreeLevels_ReportsByLevelAndRejectsWhatIsNone()
    {
        await using var tree = await TreeFixture.StartAsync();
        var first = await tree.SetAsync("secret-of-report-1", "root");
        var handle = await tree.StartTreeAsync("root", new() { Depth = 2, Fanout = 3, ApiToken = first, Policies = new Dictionary<int, ApiTokenPolicy> { [2] = ApiTokenPolicy.Exclude } });
        await tree.BecomesAsync("root/1/2", t => t.Epoch == 1);
        await tree.BecomesAsync("root/0/2", t => t.Epoch == 1);
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root/0/0").SignalAsync(wf => wf.FinishAsync()));
        await Eventually.BecomesAsync(() => tree.TreeOfAsync("root/0").GetAwaiter().GetResult().Children.Count == 2);

        var report = await tree.RotateAsync("root", await tree.SetAsync("secret-of-report-2", "root"));

        report.Token.Epoch.ShouldBe(2);
        report.Levels.ShouldBe([new(1, 2, 1, 0, 0), new(2, 5, 0, 1, 0)]);
        foreach (var id in (string[])["root", "root/0", "root/1", "root/0/1", "root/1/0"])
            (await tree.TokenOfAsync(id)).Epoch.ShouldBe(2);
        // Each was told once, also where the one above it was asked to answer for it.
        (await DeliveriesAsync(tree, "root")).ShouldBe(2);
        (await DeliveriesAsync(tree, "root/0")).ShouldBe(2);
        (await DeliveriesAsync(tree, "root/1")).ShouldBe(3);

        foreach (var (by, rotation, reason) in ((Principal, object, string)[])[
            (TreeFixture.Alice, new ApiTokenRotation(), "empty"),
            (TreeFixture.Alice, new ApiTokenRotation { Name = "root", Epoch = 3 }, "empty"),
            (TreeFixture.Bob, ApiTokenRotation.To(first), StatefulNames.RotateScope)])
        {
            var rejected = await Should.ThrowAsync<WorkflowUpdateFailedException>(() => tree.AsAsync(by, () => handle.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [rotation])));
            rejected.InnerException!.Message.ShouldContain(reason);
        }

        // A validator leaves nothing behind: only the rotation that was one is in the history.
        (await tree.BareClient.GetWorkflowHandle("root").FetchHistoryAsync()).Events.Count(e => e.WorkflowExecutionUpdateAcceptedEventAttributes is not null).ShouldBe(1);

        var unknown = await FailureOfAsync(() => tree.RotateAsync("root", first with { Epoch = 77 }));
        unknown.ErrorType.ShouldBe(ApiTokenFailureTypes.Unknown);
        (await tree.TokenOfAsync("root")).Epoch.ShouldBe(2);
    }

    [Fact]
    [Scenario("stateful-workflow", 13)]
    public async Task Update_WithAGrandchildThatDoesNotAnswer_ReportsItAsFailedAndItFollowsLater()
    {
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 2, ApiToken = await tree.SetAsync("secret-of-the-silent-1", "root"), AnswerWithin = TimeSpan.FromSeconds(25) });
        await tree.BecomesAsync("root/0", t => t.Epoch == 1);
        await tree.BecomesAsync("root/1", t => t.Epoch == 1);
        // Nobody polls the queue of the one below.
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root/0").SignalAsync(wf => wf.AddChildAsync(new ChildRequest { Id = "silent", TaskQueue = "silent" })));
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("root/0")).Children.Any(c => c.WorkflowId == "silent"));

        var report = await tree.RotateAsync("root", await tree.SetAsync("secret-of-the-silent-2", "root"));

        report.Levels.ShouldBe([new(1, 2, 0, 0, 0), new(2, 0, 0, 0, 1)]);
        tree.AddWorker(taskQueue: "silent");
        await tree.BecomesAsync("silent", t => t.Epoch == 2);
    }

    [Fact]
    public async Task Rotation_BeforeAnySignal_HoldsForTheNextCall()
    {
        await using var tree = await TreeFixture.StartAsync();
        var first = await tree.SetAsync("secret-effective-1", "root");
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 1, ApiToken = first, ApiUrl = tree.Api.Address });
        await tree.BecomesAsync("root/0", t => t.Epoch == 1);
        await tree.CallAsync("root/0");

        await tree.SetAsync("secret-effective-2", "root");
        await tree.CallAsync("root/0");

        (await tree.TokenOfAsync("root/0")).Epoch.ShouldBe(1);
        tree.Api.Calls.Select(c => c.Token).ShouldBe(["secret-effective-1", "secret-effective-2"]);
    }

    [Fact]
    public async Task Rotation_ItsSpans_ShareOneTrace()
    {
        // Spans are the process's: other tests' workflows have other ids.
        await using var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync("one-trace", new() { Depth = 2, Fanout = 1, ApiToken = await tree.SetAsync("secret-of-the-trace-1", "one-trace") });
        await tree.BecomesAsync("one-trace/0/0", t => t.Epoch == 1);

        await tree.RotateAsync("one-trace", await tree.SetAsync("secret-of-the-trace-2", "one-trace"));

        var spans = tree.Spans.All.Where(s => (string?)s.GetTagItem("mandate.workflow.id") is "one-trace" or "one-trace/0" or "one-trace/0/0" && (long?)s.GetTagItem("mandate.api_token.epoch") == 2).ToList();
        spans.Count.ShouldBe(3);
        spans.Select(s => s.TraceId).Distinct().Count().ShouldBe(1);
    }

    internal static async Task<ApplicationFailureException> FailureOfAsync(Func<Task> act)
    {
        Exception? error = await Should.ThrowAsync<WorkflowUpdateFailedException>(act);
        while (error is not null and not ApplicationFailureException)
            error = error.InnerException;
        return error.ShouldBeOfType<ApplicationFailureException>();
    }

    /// <summary>How often a workflow has handed a token on to a child, in its present run.</summary>
    private static async Task<int> DeliveriesAsync(TreeFixture tree, string id) =>
        (await tree.BareClient.GetWorkflowHandle(id).FetchHistoryAsync()).Events.Count(e => e.SignalExternalWorkflowExecutionInitiatedEventAttributes?.SignalName == StatefulNames.ApiToken);

    /// <summary>Waits until a workflow has worked off everything that was sent before.</summary>
    internal static Task HandledAsync(TreeFixture tree, string id) => Eventually.BecomesAsync(() =>
    {
        var events = tree.BareClient.GetWorkflowHandle(id).FetchHistoryAsync().GetAwaiter().GetResult().Events;
        var last = events.Last(e => e.EventType is Protocol.Api.Enums.V1.EventType.WorkflowTaskCompleted or Protocol.Api.Enums.V1.EventType.WorkflowExecutionSignaled or Protocol.Api.Enums.V1.EventType.WorkflowTaskScheduled);
        return last.EventType == Protocol.Api.Enums.V1.EventType.WorkflowTaskCompleted;
    });
}
