using System.Diagnostics;
using Mandate.Stateful.Telemetry;
using Mandate.Stateful.Tests.Harness;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>The spans of a rotation are one tree: that of the workflows it reached.</summary>
public sealed class TracingTests
{
    private static readonly ActivityTraceId Trace = ActivityTraceId.CreateRandom();

    [Fact]
    public async Task Rotation_ByUpdateWithinATrace_HangsBelowTheCaller()
    {
        await using var tree = await StartAsync("traced");
        var caller = ActivitySpanId.CreateRandom();
        var reference = await tree.SetAsync("secret-of-the-trace-2", "traced");

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("traced").ExecuteUpdateAsync<ApiTokenReport>(
            StatefulNames.RotateApiToken, [ApiTokenRotation.To(reference) with { TraceParent = $"00-{Trace}-{caller}-01" }])).WithinLimit();

        var (root, _, leaf) = Adopted(tree, "traced");
        root.TraceId.ShouldBe(Trace);
        root.ParentSpanId.ShouldBe(caller);
        // Who waited for the outcome sees how long it took, below what was taken over.
        var delivered = tree.Spans.All.Where(s => s.DisplayName == "apiToken deliver" && s.TraceId == Trace).ToDictionary(s => (string)s.GetTagItem("mandate.workflow.id")!);
        delivered.Keys.ShouldBe(["traced", "traced/0"], ignoreOrder: true);
        delivered["traced"].ParentSpanId.ShouldBe(root.SpanId);
        delivered["traced"].GetTagItem("mandate.api_token.delivered").ShouldBe(2);
        (delivered["traced"].StartTimeUtc + delivered["traced"].Duration).ShouldBeGreaterThanOrEqualTo(leaf.StartTimeUtc + leaf.Duration);
    }

    [Fact]
    public async Task Rotation_WithinWhatIsNoTrace_IsATraceOfItsOwn()
    {
        await using var tree = await StartAsync("untraced");
        var reference = await tree.SetAsync("secret-of-no-trace-2", "untraced");
        var noTrace = $"00-{Trace}-0000000000000000-{new string('x', 1_000)}";

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle("untraced").ExecuteUpdateAsync<ApiTokenReport>(
            StatefulNames.RotateApiToken, [ApiTokenRotation.To(reference) with { TraceParent = noTrace }])).WithinLimit();

        Adopted(tree, "untraced").Root.TraceId.ShouldNotBe(Trace);
    }

    [Fact]
    public async Task Rotation_ByAClientsSignal_IsATraceOfItsOwn()
    {
        await using var tree = await StartAsync("signalled");

        await tree.SignalAsync("signalled", await tree.SetAsync("secret-of-the-signal-2", "signalled"));
        await tree.BecomesAsync("signalled/0/0", t => t.Epoch == 2);

        Adopted(tree, "signalled").Root.ParentSpanId.ShouldBe(default);
    }

    [Fact]
    public async Task Rotation_WorkflowsThatAreBehindAfterARestart_StayInTheTrace()
    {
        await using var tree = await StartAsync("restarted");
        await tree.StopWorkersAsync();
        await tree.SignalAsync("restarted", await tree.SetAsync("secret-of-the-restart-2", "restarted"));
        // No cache: every task replays what was before it.
        tree.AddWorker(cache: 0);
        await tree.BecomesAsync("restarted/0/0", t => t.Epoch == 2);

        var spans = Of(tree, "restarted");
        spans.Count.ShouldBe(3);
        spans.Select(s => s.TraceId).Distinct().ShouldHaveSingleItem();
        spans.Where(s => s.ParentSpanId != default).ShouldAllBe(s => spans.Any(p => p.SpanId == s.ParentSpanId));
    }

    [Fact]
    public async Task Call_OfAnActivity_HasASpanThatNamesNoSecret()
    {
        await using var tree = await StartAsync("calling");

        await tree.CallAsync("calling/0");

        var span = tree.Spans.All.Last(s => s.DisplayName == "apiToken redeem" && (string?)s.GetTagItem("mandate.api_token.name") == "calling");
        span.GetTagItem("server.address").ShouldBe(tree.Api.Address.Host);
        span.Duration.ShouldBeGreaterThan(TimeSpan.Zero);
        tree.Spans.Text().ShouldNotContain("secret-of-");
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true, true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", true, false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false, false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319Z-0000000000000000-01", false, false)]
    [InlineData("nonsense", false, false)]
    [InlineData(null, false, false)]
    public void TryParse_Links_AreReadOrRefused(string? link, bool isRead, bool hasSpan)
    {
        TraceLink.TryParse(link, out var context).ShouldBe(isRead);
        (context.SpanId != default).ShouldBe(hasSpan);
    }

    private static async Task<TreeFixture> StartAsync(string root)
    {
        var tree = await TreeFixture.StartAsync();
        await tree.StartTreeAsync(root, new() { Depth = 2, Fanout = 1, ApiToken = await tree.SetAsync($"secret-of-{root}-1", root), ApiUrl = tree.Api.Address });
        await tree.BecomesAsync($"{root}/0/0", t => t.Epoch == 1);
        return tree;
    }

    /// <summary>The spans of epoch 2, of which each but the first hangs below that of its parent, and begins when the parent had it.</summary>
    private static (Activity Root, Activity Middle, Activity Leaf) Adopted(TreeFixture tree, string root)
    {
        var spans = Of(tree, root).ToDictionary(s => (string)s.GetTagItem("mandate.workflow.id")!);
        spans.Count.ShouldBe(3);
        var (top, middle, leaf) = (spans[root], spans[$"{root}/0"], spans[$"{root}/0/0"]);
        foreach (var (parent, child) in ((Activity, Activity)[])[(top, middle), (middle, leaf)])
        {
            child.TraceId.ShouldBe(parent.TraceId);
            child.ParentSpanId.ShouldBe(parent.SpanId);
            child.StartTimeUtc.ShouldBeGreaterThanOrEqualTo(parent.StartTimeUtc);
            child.Duration.ShouldBeInRange(TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
        }

        return (top, middle, leaf);
    }

    private static IReadOnlyList<Activity> Of(TreeFixture tree, string root) =>
        [.. tree.Spans.All.Where(s => s.DisplayName == "apiToken adopt" && ((string)s.GetTagItem("mandate.workflow.id")!).StartsWith(root, StringComparison.Ordinal) && (long?)s.GetTagItem("mandate.api_token.epoch") == 2)];
}
