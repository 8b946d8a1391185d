using System.Text.Json;
using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.TypeScript;

/// <summary>Search attributes, memo, lists and counts.</summary>
public sealed class SearchTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    [Fact]
    public async Task Upsert_FromTheWorkflow_IsKnownToItAndFound()
    {
        await RegisterAsync();
        await StartWorkerAsync();
        await StartAsync("upserts");

        var facts = await Client.ResultAsync<JsonElement>(WorkflowId);

        facts.GetProperty("tenant").GetString().ShouldBe("acme");
        facts.GetProperty("amount").GetInt32().ShouldBe(7);
        (await ListAsync("MandateTenant = 'acme' AND MandateAmount BETWEEN 5 AND 10")).ShouldBe([WorkflowId]);
        (await ListAsync("MandateTenant = 'other'")).ShouldBeEmpty();
        var description = await Client.DescribeAsync(WorkflowId);
        description.SearchAttributes!["MandateTenant"].EnumerateArray().Single().GetString().ShouldBe("acme");
        description.Memo!["note"].GetString().ShouldBe("from inside");
    }

    [Fact]
    public async Task Upsert_Unregistered_FailsTheTaskUntilItIsRegistered()
    {
        await StartWorkerAsync();
        var run = await StartAsync("upserts");
        await UntilAsync(async () => (await Client.HistoryAsync(WorkflowId, run.RunId)).Events.Any(IsRefusal));

        await RegisterAsync();

        (await Client.ResultAsync<JsonElement>(WorkflowId)).GetProperty("tenant").GetString().ShouldBe("acme");
    }

    [Fact]
    public async Task Start_ListsOfOneWithoutTypes_AreTakenByTheRegisteredType()
    {
        await RegisterAsync();
        await StartWorkerAsync();
        await StartWithAsync("upserts", new { searchAttributes = new Dictionary<string, string[]> { ["MandateTenant"] = ["before"] } });

        (await ListAsync("MandateTenant = 'before' OR MandateTenant = 'acme'")).ShouldBe([WorkflowId]);
        await Client.ResultAsync<JsonElement>(WorkflowId);
        (await ListAsync("MandateTenant = 'before'")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_Unregistered_IsRefusedByName()
    {
        var error = await Should.ThrowAsync<SdkException>(() => StartWithAsync("upserts", new { searchAttributes = new Dictionary<string, string[]> { ["Nobody"] = ["a"] } }));

        error.Error.ToString().ShouldContain("'Nobody' is not registered");
    }

    [Fact]
    public async Task List_SmallPages_FindsEveryRunOnce()
    {
        foreach (var i in Enumerable.Range(0, 7))
            await Client.StartAsync("nobodyRunsThis", $"{WorkflowId}-{i}", "nobody", []);

        var found = (await Client.ListAsync($"WorkflowId STARTS_WITH '{WorkflowId}-' AND ExecutionStatus = 'Running'", pageSize: 2)).EnumerateArray().ToList();

        found.Select(w => w.GetProperty("workflowId").GetString()).ShouldBe(Enumerable.Range(0, 7).Reverse().Select(i => $"{WorkflowId}-{i}"));
        found.ShouldAllBe(w => w.GetProperty("status").GetString() == "RUNNING" && w.GetProperty("type").GetString() == "nobodyRunsThis");
    }

    [Fact]
    public async Task Count_ByStatus_GivesTheGroups()
    {
        foreach (var i in Enumerable.Range(0, 3))
            await Client.StartAsync("nobodyRunsThis", $"{WorkflowId}-{i}", "nobody", []);
        await Client.TerminateAsync($"{WorkflowId}-0", "test");

        var count = await Client.CountAsync("WorkflowType = 'nobodyRunsThis' GROUP BY ExecutionStatus");

        count.GetProperty("count").GetInt32().ShouldBe(3);
        count.GetProperty("groups").EnumerateArray()
            .Select(g => (g.GetProperty("groupValues")[0].ToString(), g.GetProperty("count").GetInt32()))
            .ShouldBe([("[\"Running\"]", 2), ("[\"Terminated\"]", 1)]);
    }

    [Fact]
    public async Task List_BadQuery_TellsThePlace()
    {
        var error = await Should.ThrowAsync<SdkException>(() => Client.ListAsync("WorkflowId == 'a'"));

        error.Error.ToString().ShouldContain("at character 13");
    }

    private static bool IsRefusal(HistoryEvent item) =>
        item.WorkflowTaskFailedEventAttributes is { Cause: WorkflowTaskFailedCause.BadSearchAttributes };

    private async Task<string?[]> ListAsync(string query) => [.. (await Client.ListAsync(query)).EnumerateArray().Select(w => w.GetProperty("workflowId").GetString())];

    private async Task RegisterAsync() => await TypeScript.CallAsync("addSearchAttributes", new
    {
        address = Address,
        attributes = new Dictionary<string, int> { ["MandateTenant"] = (int)IndexedValueType.Keyword, ["MandateAmount"] = (int)IndexedValueType.Int },
    });
}
