using System.Text.Json;
using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Enums.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>Search attributes, memos and lists.</summary>
public abstract class VisibilityTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    [Fact]
    public async Task Upsert_SearchAttributesAndMemo_AreSeenInsideAndListed()
    {
        await RegisterAsync();
        await StartWorkerAsync();
        await StartWithAsync("upserts", new { memo = new { gone = "soon" } });

        var seen = await Client.ResultAsync<JsonElement>(WorkflowId);

        (seen.GetProperty("tenant").GetString(), seen.GetProperty("amount").GetInt32()).ShouldBe(("acme", 7));
        seen.GetProperty("memo").GetRawText().ShouldBe("""{"note":"from inside"}""");
        await UntilAsync(async () => (await Client.ListAsync("MandateTenant = 'acme' AND MandateAmount > 6")).GetArrayLength() == 1);
        (await Client.ListAsync("MandateTenant = 'other'")).GetArrayLength().ShouldBe(0);
        (await Client.DescribeAsync(WorkflowId)).SearchAttributes!["MandateTenant"][0].GetString().ShouldBe("acme");
    }

    [Fact]
    public async Task ListAndCount_ManyRuns_PagesThroughAll()
    {
        for (var i = 0; i < 7; i++)
            await Client.StartAsync("approval", $"{WorkflowId}-{i}", Workers.Queue, [1]);
        await Client.TerminateAsync($"{WorkflowId}-3", "test");

        await UntilAsync(async () => (await Client.CountAsync("ExecutionStatus = 'Running'")).GetProperty("count").GetInt32() == 6);
        var running = await Client.ListAsync("WorkflowType = 'approval' AND ExecutionStatus = 'Running'", pageSize: 2);
        running.EnumerateArray().Select(r => r.GetProperty("workflowId").GetString()).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public async Task Upsert_Unregistered_FailsTheTaskUntilItIsRegistered()
    {
        await StartWorkerAsync();
        var run = await StartAsync("upserts");
        await UntilAsync(async () => (await Client.HistoryAsync(WorkflowId, run.RunId)).Events.Any(
            e => e.WorkflowTaskFailedEventAttributes is { Cause: WorkflowTaskFailedCause.BadSearchAttributes }));

        await RegisterAsync();

        (await Client.ResultAsync<JsonElement>(WorkflowId)).GetProperty("tenant").GetString().ShouldBe("acme");
    }

    [Fact]
    public async Task Start_ListOfOneWithoutAType_IsTakenByTheRegisteredType()
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
    public async Task Count_ByStatus_GivesTheGroups()
    {
        foreach (var i in Enumerable.Range(0, 3))
            await Client.StartAsync("approval", $"{WorkflowId}-{i}", Workers.Queue, [1]);
        await Client.TerminateAsync($"{WorkflowId}-0", "test");

        var count = await Client.CountAsync($"WorkflowId STARTS_WITH '{WorkflowId}-' GROUP BY ExecutionStatus");

        count.GetProperty("count").GetInt32().ShouldBe(3);
        Groups(count).ShouldBe([("[\"Running\"]", 2), ("[\"Terminated\"]", 1)]);
    }

    [Fact]
    public async Task ListAndCount_EachOperator_FindsItsRuns()
    {
        await RegisterAsync();
        await StartWorkerAsync();
        await BeginAsync("a", "acme-1", 1);
        await BeginAsync("b", "acme-2", 5);
        await BeginAsync("c", "other", 9);
        Track(await Client.StartAsync("approval", $"{WorkflowId}-d", Workers.Queue, [1]));
        Track(await Client.StartAsync("upserts", $"{WorkflowId}-e", Workers.Queue, []));
        await Client.SignalAsync($"{WorkflowId}-a", "approve", "bob");
        await Client.ResultAsync<string[]>($"{WorkflowId}-a");
        await Client.ResultAsync<JsonElement>($"{WorkflowId}-e");

        // The workflow of the last run has set acme and 7 itself.
        foreach (var (condition, expected) in ((string, string)[])
        [
            ("MandateTenant IS NULL", "d"),
            ("MandateTenant IS NOT NULL", "abce"),
            ("MandateTenant STARTS_WITH 'acme'", "abe"),
            ("MandateTenant NOT STARTS_WITH 'acme'", "c"),
            ("MandateAmount BETWEEN 2 AND 9", "bce"),
            ("MandateAmount NOT BETWEEN 2 AND 9", "a"),
            ("MandateTenant IN ('other', 'acme-1')", "ac"),
            ("MandateTenant NOT IN ('other', 'acme-1')", "be"),
            ("NOT MandateAmount > 5", "ab"),
            ("MandateAmount >= 7 AND NOT (MandateTenant = 'acme' OR MandateTenant IS NULL)", "c"),
            ("MandateAmount < 5 OR MandateTenant = 'other'", "ac"),
            ("ExecutionStatus = 'Completed' AND MandateAmount != 7", "a"),
            ("CloseTime IS NULL", "bcd"),
        ])
        {
            (await LettersAsync($"WorkflowId STARTS_WITH '{WorkflowId}-' AND ({condition})")).Order().ShouldBe(expected.AsEnumerable(), condition);
        }

        (await LettersAsync($"WorkflowId STARTS_WITH '{WorkflowId}-' ORDER BY MandateAmount DESC")).ShouldBe("cebad".AsEnumerable());
        (await LettersAsync($"WorkflowId STARTS_WITH '{WorkflowId}-' AND MandateAmount > 0 ORDER BY MandateTenant")).ShouldBe("eabc".AsEnumerable());
        var count = await Client.CountAsync($"WorkflowId STARTS_WITH '{WorkflowId}-' AND (MandateAmount BETWEEN 1 AND 7 OR MandateTenant IS NULL) GROUP BY ExecutionStatus");
        Groups(count).ShouldBe([("[\"Completed\"]", 2), ("[\"Running\"]", 2)], ignoreOrder: true);
    }

    [Fact]
    public async Task List_RunsStartBetweenPages_GivesEachOfBeforeOnceAndInOrder()
    {
        await StartWorkerAsync();
        string[] before = [.. Enumerable.Range(0, 7).Select(i => $"{WorkflowId}-{i}")];
        foreach (var id in before)
            Track(await Client.StartAsync("approval", id, Workers.Queue, [1]));

        var listed = await Client.ListWhileStartingAsync(
            $"WorkflowId STARTS_WITH '{WorkflowId}-'", pageSize: 2, [.. Enumerable.Range(7, 5).Select(i => $"{WorkflowId}-{i}")], "approval", Workers.Queue, [1]);

        listed.ShouldBe(before.Reverse());
        (await Client.CountAsync($"WorkflowId STARTS_WITH '{WorkflowId}-'")).GetProperty("count").GetInt32().ShouldBe(12);
    }

    [Fact]
    public async Task List_BadQuery_TellsThePlace()
    {
        var error = await Should.ThrowAsync<SdkException>(() => Client.ListAsync("WorkflowId == 'a'"));

        error.Error.ToString().ShouldContain("at character 13");
    }

    private async Task<string?[]> ListAsync(string query) => [.. (await Client.ListAsync(query)).EnumerateArray().Select(w => w.GetProperty("workflowId").GetString())];

    private async Task<IEnumerable<char>> LettersAsync(string query) => (await ListAsync(query)).Select(w => w![^1]);

    private async Task BeginAsync(string id, string tenant, int amount) => Track(await Client.StartAsync(
        "approval", $"{WorkflowId}-{id}", Workers.Queue, [1], new { searchAttributes = new Dictionary<string, object> { ["MandateTenant"] = new[] { tenant }, ["MandateAmount"] = new[] { amount } } }));

    private static IEnumerable<(string Values, int Count)> Groups(JsonElement count) =>
        count.GetProperty("groups").EnumerateArray().Select(g => (g.GetProperty("groupValues")[0].ToString(), g.GetProperty("count").GetInt32()));

    private async Task RegisterAsync() => await TypeScript.CallAsync("addSearchAttributes", new
    {
        address = Address,
        attributes = new Dictionary<string, int> { ["MandateTenant"] = (int)IndexedValueType.Keyword, ["MandateAmount"] = (int)IndexedValueType.Int },
    });
}
