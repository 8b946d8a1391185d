using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a C# worker meets that exceeds the engine's limits.</summary>
public sealed class CSharpLimitTests(TypeScriptDriver typeScript, ITestOutputHelper output) : LimitTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new CSharpWorkers();

    [Fact]
    public async Task Result_LargerThanTheLimit_EndsTheRunInTemporalsWords()
    {
        await StartWorkerAsync();
        var run = await StartAsync("answersAtLength", 3_000_000);

        (await Should.ThrowAsync<SdkException>(() => Client.ResultAsync<string>(WorkflowId))).Error.Chain().Last().Name.ShouldBe("TerminatedFailure");
        (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events[^1].WorkflowExecutionTerminatedEventAttributes.Reason
            .ShouldStartWith("BadScheduleActivityAttributes: CompleteWorkflowExecutionCommandAttributes.Result exceeds size limit.");
    }
}
