using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>A vault or a ledger that is away or slow, as workflow code sees it.</summary>
public sealed class VaultFaultTests
{
    private ScriptedAuthority _authority = null!;

    [Fact]
    public async Task ContinueAsNew_WhileADenialIsRecorded_LosesNothingThatArrivesMeanwhile()
    {
        await using var tree = await StartAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _authority.Before = async (method, cancellation) =>
        {
            if (method != nameof(IApiTokenAuthority.RecordDenialAsync))
                return;
            waiting.TrySetResult();
            await release.Task.WaitAsync(cancellation);
        };
        var handle = await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((CountingWorkflow wf) => wf.RunAsync("counts", 7), TreeFixture.Start("counts")));
        var first = (await handle.DescribeAsync()).RunId;
        await tree.SignalAsync("counts", await tree.SetAsync("secret-bob-may-not-send", "counts"), by: TreeFixture.Bob);
        await waiting.Task.WithinLimit();
        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(wf => wf.ContinueAsync()));
        await HandledAsync("Continue");

        await tree.AsAsync(TreeFixture.Alice, () => handle.SignalAsync(wf => wf.AddAsync(3)));
        await HandledAsync("Add");
        release.SetResult();

        await Eventually.BecomesAsync(async () => (await tree.BareClient.GetWorkflowHandle("counts").DescribeAsync()).RunId != first);
        (await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<CountingWorkflow>("counts").QueryAsync(wf => wf.Count))).ShouldBe(3);

        // The worker keeps its task while it records, and gets what arrives with its next one.
        async Task HandledAsync(string signal) => await Eventually.BecomesAsync(async () =>
            (await tree.BareClient.GetWorkflowHandle("counts", first).FetchHistoryAsync()).Events
                .SkipWhile(e => e.WorkflowExecutionSignaledEventAttributes?.SignalName != signal).Any(e => e.EventType == EventType.WorkflowTaskStarted));
    }

    [Fact]
    public async Task Denials_ThatASlowLedgerTakesLongFor_AreAllRecordedOnce()
    {
        const int count = 60;
        await using var tree = await StartAsync(worker: false);
        var clock = new ManualTimeProvider();
        tree.ActivityTime = clock;
        // Together longer than one activity may take.
        _authority.Before = (method, _) =>
        {
            if (method == nameof(IApiTokenAuthority.RecordDenialAsync))
                clock.Advance(TimeSpan.FromMilliseconds(200));
            return Task.CompletedTask;
        };
        var token = await tree.SetAsync("secret-for-a-slow-ledger", "root");
        await tree.StartTreeAsync("root", new() { ApiToken = token });
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => tree.SignalAsync("root", token, by: TreeFixture.Bob)));
        await FinishAsync(tree);

        tree.AddWorker();
        await tree.Client.GetWorkflowHandle("root").GetResultAsync().WithinLimit();

        (await tree.Ledger.QueryAsync("acme", new() { Limit = 1_000 })).Events.Count(e => e.Entry.Result == AuditResult.Denied).ShouldBe(count);
        (await tree.BareClient.GetWorkflowHandle("root").FetchHistoryAsync()).Events.Count(e => e.EventType == EventType.MarkerRecorded).ShouldBeGreaterThanOrEqualTo(3, "12 s of work in pieces of 5 s");
    }

    [Fact]
    public async Task Signal_WhileTheVaultIsAway_DoesNotKeepTheWorkflowFromEnding()
    {
        await using var tree = await StartAsync();
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync("secret-before-the-outage", "root") });
        await tree.BecomesAsync("root", t => t.Epoch == 1);
        _authority.Before = (method, _) => method == nameof(IApiTokenAuthority.NewestAsync) ? throw ScriptedAuthority.Away() : Task.CompletedTask;
        await tree.SignalAsync("root", await tree.SetAsync("secret-during-the-outage", "root"));

        await FinishAsync(tree);

        await tree.Client.GetWorkflowHandle("root").GetResultAsync().WithinLimit();
    }

    [Fact]
    public async Task Signal_WhileTheVaultIsAwayForLong_IsLookedUpWhenItIsBack()
    {
        await using var tree = await StartAsync();
        await tree.StartTreeAsync("root", new() { ApiToken = await tree.SetAsync("secret-before-the-long-outage", "root") });
        await tree.BecomesAsync("root", t => t.Epoch == 1);
        var isAway = true;
        _authority.Before = (method, _) => method == nameof(IApiTokenAuthority.NewestAsync) && Volatile.Read(ref isAway) ? throw ScriptedAuthority.Away() : Task.CompletedTask;

        await tree.SignalAsync("root", await tree.SetAsync("secret-during-the-long-outage", "root"));

        await Patience.BecomesAsync(() => Task.FromResult(tree.Loggers.Lines.Any(l => l.Contains("ApiTokenNotLookedUp", StringComparison.Ordinal))));
        (await tree.TokenOfAsync("root")).Epoch.ShouldBe(1);
        Volatile.Write(ref isAway, false);
        await Patience.BecomesAsync(async () => (await tree.TokenOfAsync("root")).Epoch == 2);
    }

    [Fact]
    public async Task Rotation_WhileNothingCanBeNarrowed_ReachesTheOthersEachTime()
    {
        await using var tree = await StartAsync();
        await tree.StartTreeAsync("root", new()
        {
            Depth = 1,
            Fanout = 2,
            ApiToken = await tree.SetAsync("secret-narrowed-or-not-1", "root"),
            Hosts = [tree.Api.Address.ToString()],
            Policies = new Dictionary<int, ApiTokenPolicy> { [0] = ApiTokenPolicy.Downscope },
        });
        await tree.BecomesAsync("root/0", t => t.Epoch == 1);
        await tree.BecomesAsync("root/1", t => t.Epoch == 1);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _authority.Before = (method, cancellation) => method == nameof(IApiTokenAuthority.NarrowAsync) ? release.Task.WaitAsync(cancellation) : Task.CompletedTask;

        for (var epoch = 2; epoch <= 3; epoch++)
        {
            await tree.SignalAsync("root", await tree.SetAsync($"secret-narrowed-or-not-{epoch}", "root"));
            await tree.BecomesAsync("root/1", t => t.Epoch == epoch);
        }

        (await tree.TokenOfAsync("root/0")).Epoch.ShouldBe(1);
        release.SetResult();
        await tree.BecomesAsync("root/0", t => t.Epoch == 3);
    }

    [Theory]
    [InlineData(CredentialErrorKind.Unknown)]
    [InlineData(CredentialErrorKind.Superseded)]
    public async Task Rotation_ChildWhoseFirstTokenTheVaultDoesNotKnowAnyMore_ReachesItAllTheSame(CredentialErrorKind refusal)
    {
        await using var tree = await StartAsync();
        await tree.StartTreeAsync("root", new()
        {
            Depth = 1,
            Fanout = 1,
            ApiToken = await tree.SetAsync("secret-before-the-refusal", "root"),
            Hosts = [tree.Api.Address.ToString()],
            Policies = new Dictionary<int, ApiTokenPolicy> { [0] = ApiTokenPolicy.Downscope },
        });
        await tree.BecomesAsync("root/0", t => t.Epoch == 1);
        _authority.LookUp = reference => reference.Name == "root/0" ? throw new CredentialException(refusal, "Refused by the test.") : Task.CompletedTask;

        for (var epoch = 2; epoch <= 3; epoch++)
        {
            (await tree.RotateAsync("root", await tree.SetAsync($"secret-after-the-refusal-{epoch}", "root"))).Levels.ShouldBe([new(1, 1, 0, 0, 0)]);
            (await tree.TokenOfAsync("root/0")).Epoch.ShouldBe(epoch);
        }
    }

    [Fact]
    public async Task Renewal_ThatIsEndedWhileItIsLookedInto_LeavesNoTrouble()
    {
        var store = new ScriptedStore();
        var sources = new Dictionary<string, CredentialSource>();
        await using var tree = await StartAsync(sources);
        tree.IsSecret("secret-of-the-store-1");
        tree.IsSecret("secret-of-the-store-2");
        sources["crm"] = store.Source(tree.Api.Address);
        var handle = await tree.StartTreeAsync("root", new() { ApiUrl = tree.Api.Address });
        await tree.AsAsync(TreeFixture.Alice, () => handle.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.From("crm")])).WithinLimit();
        var (waiting, release) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        CredentialReference? byHand = null;
        _authority.LookUp = async reference =>
        {
            if (reference == Volatile.Read(ref byHand))
                return;
            waiting.TrySetResult();
            await release.Task;
            throw new CredentialException(CredentialErrorKind.NotConfigured, "Refused by the test.");
        };
        store.Refuse();
        await waiting.Task.WithinLimit();

        Volatile.Write(ref byHand, await tree.SetAsync("secret-that-ends-the-renewal", "root"));
        await tree.RotateAsync("root", byHand!);
        release.SetResult();
        await RotationTests.HandledAsync(tree, "root");

        (await tree.TokenOfAsync("root")).Renewal.ShouldBeNull();
        tree.Loggers.Lines.ShouldNotContain(l => l.Contains("is not renewed from source", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Attempt2_OfARoot_DoesNotTakeWhatAnEarlierWorkflowOfItsIdHad()
    {
        await using var tree = await StartAsync();
        await tree.SetAsync("secret-of-an-earlier-workflow", "root");
        _authority.Own = status => status! with { SetAt = status.SetAt - TimeSpan.FromHours(1) };
        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync(
            (RetriedWorkflow wf) => wf.RunAsync(new NodePlan()), TreeFixture.Start("root") with { RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(50) } }));

        await RetryTests.FailAsync(tree, "root");
        await Eventually.BecomesAsync(async () => (await tree.BareClient.GetWorkflowHandle("root").FetchHistoryAsync()).Events.Any(e => e.EventType == EventType.ActivityTaskCompleted));
        await RotationTests.HandledAsync(tree, "root");

        (await tree.TokenOfAsync("root")).ShouldBe(new ApiTokenInfo());
    }

    private static Task FinishAsync(TreeFixture tree) => tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<NodeWorkflow>("root").SignalAsync(wf => wf.FinishAsync()));

    private async Task<TreeFixture> StartAsync(IReadOnlyDictionary<string, CredentialSource>? sources = null, bool worker = true)
    {
        var tree = await TreeFixture.StartAsync(sources, worker: false);
        _authority = new(new VaultTokenAuthority(tree.Vault, new AuditRecorder(tree.Ledger, new())));
        tree.Authority = _ => _authority;
        if (worker)
            tree.AddWorker();
        return tree;
    }
}
