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
        await TypeScript.CallAsync("addSearchAttributes", new
        {
            address = Address,
            attributes = new Dictionary<string, int> { ["MandateTenant"] = (int)IndexedValueType.Keyword, ["MandateAmount"] = (int)IndexedValueType.Int },
        });
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
}
