using Mandate.Testing;

namespace Mandate.Identity.Tests.Propagation;

public sealed class PropagationTests
{
    private static readonly Principal Alice = EnvelopeFixture.Alice;

    [Theory]
    [InlineData(1_000)]
    [InlineData(0)]
    [Scenario("identity", 6)]
    public async Task Start_ThreeLevelsOfChildrenWithActivities_AllWorkForTheInitiator(int cache)
    {
        await using var engine = await EngineFixture.StartAsync(worker: false);
        engine.AddWorker(cache: cache);

        List<string> seen;
        using (Principal.Use(Alice))
            seen = await (await engine.Client.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 3), EngineFixture.Start("tree"))).GetResultAsync().WithinLimit();

        seen.ShouldBe([.. Enumerable.Range(0, 4).SelectMany(l => (string[])[$"workflow {l} alice@acme", $"activity {l} alice@acme", $"local {l} alice@acme"]),
            .. Enumerable.Range(0, 4).Reverse().Select(l => $"end {l} alice@acme")]);
    }

    [Fact]
    public async Task Start_ContinuesAsNewThreeTimes_KeepsTheInitiator()
    {
        await using var engine = await EngineFixture.StartAsync();

        List<string> seen;
        using (Principal.Use(Alice))
            seen = await (await engine.Client.StartWorkflowAsync((ContinuingWorkflow wf) => wf.RunAsync(3, new List<string>()), EngineFixture.Start("continuing"))).GetResultAsync().WithinLimit();

        seen.ShouldBe(Enumerable.Repeat("alice@acme", 4));
    }

    [Fact]
    public async Task Start_WorkflowAndActivityAreRetried_KeepTheInitiator()
    {
        await using var engine = await EngineFixture.StartAsync();

        string seen;
        using (Principal.Use(Alice))
        {
            seen = await (await engine.Client.StartWorkflowAsync(
                (RetryingWorkflow wf) => wf.RunAsync(),
                EngineFixture.Start("retrying") with { RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(1) } })).GetResultAsync().WithinLimit();
        }

        seen.ShouldBe("2 alice@acme, 2 alice@acme");
    }

    [Fact]
    public async Task Start_ManyUsersAtOnce_EachHasHisOwn()
    {
        await using var engine = await EngineFixture.StartAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            using (Principal.Use(new($"user-{i}", $"tenant-{i % 3}")))
                return await (await engine.Client.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 1), EngineFixture.Start($"tree-{i}"))).GetResultAsync().WithinLimit();
        }));

        for (var i = 0; i < results.Length; i++)
            results[i].ShouldAllBe(line => line.EndsWith($" user-{i}@tenant-{i % 3}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WithoutCurrentPrincipal_IsAClearErrorAndNothingIsStarted()
    {
        await using var engine = await EngineFixture.StartAsync();

        (await Should.ThrowAsync<InvalidOperationException>(() => engine.Client.StartWorkflowAsync((TreeWorkflow wf) => wf.RunAsync(0, 0), EngineFixture.Start("nobody"))))
            .Message.ShouldContain("Principal.Use");

        await Should.ThrowAsync<Protocol.RpcException>(() => engine.BareClient.GetWorkflowHandle("nobody").DescribeAsync());
    }

    [Fact]
    [Scenario("identity", 14)]
    public async Task Current_WorkerWithoutPropagation_IsAClearErrorEvenUnderSomebodyElsesFlow()
    {
        await using var engine = await EngineFixture.StartAsync(worker: false);
        // The worker is started in a flow that has a principal, which must not become the workflow's.
        using (Principal.Use(EnvelopeFixture.Bob))
            engine.AddWorker(identity: false);

        List<string> answers;
        using (Principal.Use(Alice))
            answers = await (await engine.Client.StartWorkflowAsync((BareWorkflow wf) => wf.RunAsync(), EngineFixture.Start("bare"))).GetResultAsync().WithinLimit();

        answers[0].ShouldContain("AddIdentityPropagation");
    }

    [Fact]
    public async Task Use_InWorkflowAndActivity_IsRefused()
    {
        await using var engine = await EngineFixture.StartAsync();

        List<string> answers;
        using (Principal.Use(Alice))
            answers = await (await engine.Client.StartWorkflowAsync((BareWorkflow wf) => wf.RunAsync(), EngineFixture.Start("bare"))).GetResultAsync().WithinLimit();

        answers[0].ShouldBe("alice@acme");
        answers[1].ShouldContain("fixed by its signed envelope");
        answers[2].ShouldContain("fixed by its signed envelope");
    }
}
