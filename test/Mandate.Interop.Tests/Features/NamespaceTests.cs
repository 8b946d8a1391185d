using Mandate.Engine;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>Namespaces, and the removal of runs.</summary>
public abstract class NamespaceTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    private readonly SkippingClock _clock = new() { SkipsForResults = false };

    /// <inheritdoc/>
    protected override TimeProvider Clock => _clock;

    [Fact]
    public async Task Retention_Passed_ClosedRunsAreGoneAndOpenOnesGoOn()
    {
        await StartWorkerAsync();
        var closed = await Client.StartAsync("greet", $"{WorkflowId}-closed", Workers.Queue, ["Ada"]);
        await Client.ResultAsync<string>(closed.WorkflowId);
        await RememberAsync(closed);
        var open = await StartAsync("approval", 1);
        await Client.QueryAsync<string>(WorkflowId, "progress");
        await _clock.DelayAsync(TimeSpan.FromHours(71));
        (await Client.DescribeAsync(closed.WorkflowId)).Status.ShouldBe("COMPLETED");

        await _clock.DelayAsync(TimeSpan.FromHours(2));

        await UntilAsync(async () => (await Client.CountAsync($"WorkflowId = '{closed.WorkflowId}'")).GetProperty("count").GetInt32() == 0);
        (await Should.ThrowAsync<SdkException>(() => Client.DescribeAsync(closed.WorkflowId))).Error.Name.ShouldBe("WorkflowNotFoundError");
        (await Should.ThrowAsync<SdkException>(() => Client.HistoryAsync(closed.WorkflowId, closed.RunId))).Error.ToString().ShouldContain("NOT_FOUND");
        await Client.SignalAsync(open.WorkflowId, "approve", "bob");
        (await Client.ResultAsync<string[]>(open.WorkflowId)).ShouldBe(["bob"]);
    }

    [Fact]
    public async Task Namespace_Registered_RunsWorkflowsApartFromOthers()
    {
        await Client.RpcAsync("registerNamespace", new { @namespace = "shop", workflowExecutionRetentionPeriod = new { seconds = 259_200 } });
        Keep(await Workers.StartAsync(Address, ns: "shop"));

        (await Client.ExecuteInNamespaceAsync<string>("shop", "greet", WorkflowId, Workers.Queue, "Ada")).ShouldBe("Hello, Ada!");

        (await Should.ThrowAsync<SdkException>(() => Client.DescribeAsync(WorkflowId))).Error.Name.ShouldBe("WorkflowNotFoundError");
        var all = await Client.RpcAsync("listNamespaces", new { });
        all.GetProperty("namespaces").EnumerateArray().Select(n => n.GetProperty("namespaceInfo").GetProperty("name").GetString()).ShouldContain("shop");
    }

    [Fact]
    public async Task Namespace_RetentionChanged_IsDescribed()
    {
        await Client.RpcAsync("registerNamespace", new { @namespace = "shop", workflowExecutionRetentionPeriod = new { seconds = 259_200 } });

        await Client.RpcAsync("updateNamespace", new { @namespace = "shop", config = new { workflowExecutionRetentionTtl = new { seconds = 86_400 } } });

        var description = await Client.RpcAsync("describeNamespace", new { @namespace = "shop" });
        description.GetProperty("config").GetProperty("workflowExecutionRetentionTtl").GetProperty("seconds").GetString().ShouldBe("86400");
    }

    [Fact]
    public async Task Namespace_Unknown_EndsTheWorkerWithItsName()
    {
        var e = await Should.ThrowAsync<SdkException>(() => Client.ExecuteInNamespaceAsync<string>("nowhere", "greet", WorkflowId, Workers.Queue, "Ada"));

        e.Error.ToString().ShouldContain("nowhere");
    }

    [Fact]
    public async Task Delete_ClosedRun_IsGone()
    {
        await StartWorkerAsync();
        await Client.StartAsync("greet", WorkflowId, Workers.Queue, ["Ada"]);
        await Client.ResultAsync<string>(WorkflowId);

        await Client.RpcAsync("deleteWorkflowExecution", new { @namespace = "default", workflowExecution = new { workflowId = WorkflowId } });

        (await Should.ThrowAsync<SdkException>(() => Client.DescribeAsync(WorkflowId))).Error.Name.ShouldBe("WorkflowNotFoundError");
        (await Client.ListAsync($"WorkflowId = '{WorkflowId}'")).GetArrayLength().ShouldBe(0);
    }
}
