using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.TypeScript;

/// <summary>The replay that ends every test.</summary>
public sealed class ReplayTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    [Fact]
    public async Task Replay_HistoryOfOtherCode_IsRefused()
    {
        await StartWorkerAsync();
        var run = await StartAsync("greet", "Ada");
        await Client.ResultAsync<string>(WorkflowId);
        var history = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Clone();
        history.Events[0].WorkflowExecutionStartedEventAttributes.WorkflowType.Name = "approval";

        var errors = await Histories.ReplayAsync(TypeScript, [(run.WorkflowId, history)]);

        errors.ShouldHaveSingleItem().ShouldNotBeNull().ToString().ShouldContain("ondetermini");
    }
}
