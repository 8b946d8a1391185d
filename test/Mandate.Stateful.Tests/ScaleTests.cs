using Mandate.Credentials.Vault;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>Wide and deep trees. Every history of theirs is replayed and searched, as in the other tests; memos and queries of some of their workflows only.</summary>
[Collection(nameof(RunsAlone))]
public sealed class ScaleTests
{
    private const int LooksWhereThereAreThousands = 50;

    [Fact]
    [Scenario("stateful-workflow", 14)]
    [Scenario("stateful-workflow", 20)]
    public async Task Rotation_Of2500ChildrenUnderOneParent_ReachesAllAndContinuesAsNewKeepsHistoriesShort()
    {
        const int children = 2_500;
        await using var tree = await TreeFixture.StartAsync(ledger: false);
        tree.Looks = LooksWhereThereAreThousands;
        await tree.StartTreeAsync("wide", new() { Depth = 1, Fanout = children, AnswerWithin = Patience.Limit, ApiToken = await tree.SetAsync("secret-for-many-1", "wide") });
        await Patience.BecomesAsync(async () => (await tree.TreeOfAsync("wide")).Children.Count(c => c.State == ChildState.Running) == children);

        for (var epoch = 2; epoch <= 4; epoch++)
        {
            var report = await tree.AsAsync(TreeFixture.Alice, async () => await tree.Client.GetWorkflowHandle("wide").ExecuteUpdateAsync<ApiTokenReport>(
                StatefulNames.RotateApiToken, [ApiTokenRotation.To(await tree.SetAsync($"secret-for-many-{epoch}", "wide"))])).WaitAsync(Patience.Limit);
            report.Levels.ShouldBe([new(1, children, 0, 0, 0)]);
            // The history has grown by then, so the workflow goes on in a new run before the next rotation.
            await Patience.BecomesAsync(async () => (await tree.BareClient.GetWorkflowHandle("wide").DescribeAsync()).HistoryLength < 4_096);
            await tree.BecomesAsync("wide", t => t.Epoch == epoch);
        }

        (await tree.TreeOfAsync("wide")).Children.Count.ShouldBe(children);
        for (var number = 0; number < children; number++)
            (await tree.TokenOfAsync($"wide/{number}")).Epoch.ShouldBe(4, $"wide/{number}");
        var header = (await tree.BareClient.GetWorkflowHandle("wide").FetchHistoryAsync()).Events[0].WorkflowExecutionStartedEventAttributes.Header.Fields[StatefulNames.TreeHeader];
        header.CalculateSize().ShouldBeLessThan(children * 12);
        // A run before each rotation and the last; and perhaps the one that had started the children, which is long already.
        (await tree.CheckAsync()).ShouldBeInRange(children + 4, children + 5);
    }

    [Fact]
    [Scenario("stateful-workflow", 15)]
    [Scenario("stateful-workflow", 20)]
    public async Task Rotation_OfATreeOf10000_IsAcknowledgedByAll()
    {
        await using var tree = await TreeFixture.StartAsync(ledger: false, cache: 12_000);
        tree.Looks = LooksWhereThereAreThousands;
        // 1 + 21 + 441 + 9,261 workflows, and 276 more below the first of level 2.
        await tree.StartTreeAsync("deep", new() { Depth = 3, Fanout = 21, AnswerWithin = Patience.Limit, ApiToken = await tree.SetAsync("secret-for-ten-thousand-1", "deep") });
        await Patience.BecomesAsync(async () => await CountAsync(tree) == 9_724);
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("deep/0/0").SignalAsync(wf => wf.AddChildrenAsync("more", 276)));
        await Patience.BecomesAsync(async () => await CountAsync(tree) == 10_000);

        var report = await tree.AsAsync(TreeFixture.Alice, async () => await tree.Client.GetWorkflowHandle("deep").ExecuteUpdateAsync<ApiTokenReport>(
            StatefulNames.RotateApiToken, [ApiTokenRotation.To(await tree.SetAsync("secret-for-ten-thousand-2", "deep"))])).WaitAsync(Patience.Limit);

        report.Levels.ShouldBe([new(1, 21, 0, 0, 0), new(2, 441, 0, 0, 0), new(3, 9_261 + 276, 0, 0, 0)]);
        foreach (var id in (string[])["deep/0/0/0", "deep/20/20/20", "deep/7/13/2", "more/275"])
            (await tree.TokenOfAsync(id)).Epoch.ShouldBe(2);
        (await tree.CheckAsync()).ShouldBe(10_000);
    }

    [Fact]
    public async Task Rotation_OneThousandTimes_HistoriesStayBounded()
    {
        // A server that advises earlier shows the same in less time.
        const int advised = 400;
        const int burst = 500;
        await using var tree = await TreeFixture.StartAsync(ledger: false, limits: new() { SuggestContinueAsNewEvents = advised });
        await tree.StartTreeAsync("root", new() { Depth = 1, Fanout = 2, ApiToken = await tree.SetAsync("secret-of-one-thousand", "root") });
        await tree.BecomesAsync("root/1", t => t.Epoch == 1);

        // One by one as fast as they are taken, and then all the others at once.
        for (var epoch = 2; epoch <= 1_001 - burst; epoch++)
        {
            await tree.SignalAsync("root", await NextAsync());
            // A worker that is starved meanwhile must not find all of them at once.
            if (epoch % 25 == 0)
                await tree.BecomesAsync("root", t => t.Epoch == epoch);
        }

        var references = new List<CredentialReference>();
        while (references.Count < burst)
            references.Add(await NextAsync());
        await Task.WhenAll(references.Select(r => tree.SignalAsync("root", r)));

        await tree.BecomesAsync("root/0", t => t.Epoch == 1_001);
        await tree.BecomesAsync("root/1", t => t.Epoch == 1_001);
        foreach (var (id, most) in new[] { ("root", advised + burst + 100), ("root/0", advised + 100), ("root/1", advised + 100) })
        {
            await Patience.BecomesAsync(async () => (await tree.BareClient.GetWorkflowHandle(id).DescribeAsync()).HistoryLength < advised + 10);
            var runs = new List<long>();
            await foreach (var run in tree.BareClient.ListWorkflowsAsync($"WorkflowId = '{id}'"))
                runs.Add(run.HistoryLength);
            // A run ends soon after the advice. Only what was there already when it was given comes on top: the signals of one burst, an event each.
            runs.Max().ShouldBeLessThan(most, $"{id}: {string.Join(", ", runs)}");
            if (id == "root")
                runs.Count.ShouldBeGreaterThan(2, "the advice was never followed");
        }

        Task<CredentialReference> NextAsync() => tree.Vault.SetAsync(new() { Owner = TreeFixture.OwnerOf("root"), Name = "root", Value = new("secret-of-one-thousand") });

        var started = (await tree.BareClient.GetWorkflowHandle("root").FetchHistoryAsync()).Events[0].WorkflowExecutionStartedEventAttributes;
        started.Header.Fields[StatefulNames.TreeHeader].CalculateSize().ShouldBeLessThan(4_000);
    }

    [Fact]
    public async Task ContinueAsNew_WithMoreChildrenThanTheServerAdvisesAHistoryToHold_DoesNotGoOnAndOn()
    {
        const int children = 500;
        await using var tree = await TreeFixture.StartAsync(ledger: false, limits: new() { SuggestContinueAsNewBytes = 4_000 });
        tree.Looks = LooksWhereThereAreThousands;
        await tree.StartTreeAsync("wide", new() { Depth = 1, Fanout = children, ApiToken = await tree.SetAsync("secret-for-a-long-header-1", "wide") });
        await Patience.BecomesAsync(async () => (await tree.TreeOfAsync("wide")).Children.Count(c => c.State == ChildState.Running) == children);

        (await tree.RotateAsync("wide", await tree.SetAsync("secret-for-a-long-header-2", "wide"))).Levels.ShouldBe([new(1, children, 0, 0, 0)]);
        for (var i = 0; i < 50; i++)
            (await tree.TreeOfAsync("wide")).Children.Count.ShouldBe(children);

        var runs = 0;
        await foreach (var _ in tree.BareClient.ListWorkflowsAsync("WorkflowId = 'wide'"))
            runs++;
        // One that starts the children, one or two for the rotation, and no more: nothing happens any more.
        runs.ShouldBeInRange(2, 5);
    }

    [Theory]
    [InlineData("returns")]
    [InlineData("fails")]
    [InlineData("gives up")]
    [InlineData("is cancelled")]
    public async Task End_OfAParentWithMoreChildrenThanOneHistoryHolds_CancelsAllAndEndsAsItWould(string how)
    {
        const int children = 600;
        await using var tree = await TreeFixture.StartAsync(ledger: false, limits: new() { SuggestContinueAsNewEvents = 700 });
        tree.Looks = LooksWhereThereAreThousands;
        var handle = await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((EndingWorkflow wf) => wf.RunAsync(new EndingPlan { How = how, Children = children }), TreeFixture.Start("ends")));
        await Patience.BecomesAsync(async () => await CountAsync(tree) == children + 1);

        var newest = tree.Client.GetWorkflowHandle<EndingWorkflow>("ends");
        if (how == "is cancelled")
            await newest.CancelAsync();
        else
            await tree.AsAsync(TreeFixture.Alice, () => newest.SignalAsync(wf => wf.EndAsync()));

        if (how == "returns")
            (await handle.GetResultAsync().WaitAsync(Patience.Limit)).ShouldBe("it returns ");
        else if (how == "fails")
            (await Should.ThrowAsync<WorkflowFailedException>(() => handle.GetResultAsync().WaitAsync(Patience.Limit))).InnerException.ShouldBeOfType<ApplicationFailureException>().ErrorType.ShouldBe("Reason");
        else
            (await Should.ThrowAsync<WorkflowFailedException>(() => handle.GetResultAsync().WaitAsync(Patience.Limit))).InnerException.ShouldBeOfType<CanceledFailureException>();
        (await tree.BareClient.GetWorkflowHandle("ends").DescribeAsync()).Status.ShouldBe(how switch { "returns" => WorkflowExecutionStatus.Completed, "is cancelled" => WorkflowExecutionStatus.Canceled, _ => WorkflowExecutionStatus.Failed });
        await Patience.BecomesAsync(async () => await CountAsync(tree) == 0);
        (await tree.BareClient.CountWorkflowsAsync("ExecutionStatus = 'Canceled' AND WorkflowType = 'NodeWorkflow'")).Count.ShouldBe(children);
        // The run that has started them is longer than advised already: another does the cancelling.
        (await tree.BareClient.CountWorkflowsAsync("WorkflowId = 'ends'")).Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task End_OfAParentWhoseChildrenAreBehind_HandsOnInAsManyRunsAsItTakes()
    {
        const int children = 1_000;
        const int abandoned = 400;
        await using var tree = await TreeFixture.StartAsync(ledger: false, limits: new() { SuggestContinueAsNewEvents = 300 });
        tree.Looks = LooksWhereThereAreThousands;
        var plan = new EndingPlan { How = "returns", Children = children, Abandoned = abandoned };
        var handle = await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((EndingWorkflow wf) => wf.RunAsync(plan), TreeFixture.Start("ends")));
        await Patience.BecomesAsync(async () => await CountAsync(tree) == children + 1);
        await Patience.BecomesAsync(async () => (await tree.BareClient.CountWorkflowsAsync("WorkflowId = 'ends'")).Count == 2);

        // Both are there before a worker looks: it ends with all its children behind.
        await tree.StopWorkersAsync();
        await tree.SignalAsync("ends", await tree.SetAsync("secret-for-those-who-are-left", "ends"));
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<EndingWorkflow>("ends").SignalAsync(wf => wf.EndAsync()));
        tree.AddWorker();

        (await handle.GetResultAsync().WaitAsync(Patience.Limit)).ShouldBe("it returns ");
        await Patience.BecomesAsync(async () => await CountAsync(tree) == abandoned);
        for (var number = 0; number < abandoned; number++)
            await tree.BecomesAsync($"ends/{number}", t => t.Epoch == 1);
        var signals = new List<int>();
        await foreach (var run in tree.BareClient.ListWorkflowsAsync("WorkflowId = 'ends'"))
            signals.Add((await tree.BareClient.GetWorkflowHandle("ends", run.RunId).FetchHistoryAsync()).Events.Count(e => e.EventType == EventType.SignalExternalWorkflowExecutionInitiated));
        // After the first 250 of them each history is longer than advised.
        signals.Max().ShouldBeLessThanOrEqualTo(250, string.Join(", ", signals));
        signals.Sum().ShouldBe(children);
    }

    private static async Task<long> CountAsync(TreeFixture tree) => (await tree.BareClient.CountWorkflowsAsync("ExecutionStatus = 'Running'")).Count;
}
