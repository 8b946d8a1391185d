using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Mandate.Temporal.Worker;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.TypeScript;

/// <summary>The replay that ends every test.</summary>
public sealed class ReplayTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);

    [Fact]
    public async Task Replay_HistoryOfOtherCode_IsRefusedByBothLanguages()
    {
        await StartWorkerAsync();
        var run = await StartAsync("greet", "Ada");
        await Client.ResultAsync<string>(WorkflowId);
        var history = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Clone();
        history.Events[0].WorkflowExecutionStartedEventAttributes.WorkflowType.Name = "sleepsLong";

        var errors = await Histories.ReplayAsync(TypeScript, [(run.WorkflowId, history)]);

        errors.ShouldHaveSingleItem().ShouldNotBeNull().ToString().ShouldContain("ondetermini");
        (await CSharpReplay.ReplayAsync(run.WorkflowId, history)).ShouldBeOfType<WorkflowNondeterminismException>();
    }
}
