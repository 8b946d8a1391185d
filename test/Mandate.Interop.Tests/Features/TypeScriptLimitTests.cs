using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Enums.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What a TypeScript worker meets that exceeds the engine's limits.</summary>
public sealed class TypeScriptLimitTests(TypeScriptDriver typeScript, ITestOutputHelper output) : LimitTests(typeScript, output)
{
    protected override IWorkerSide Workers { get; } = new TypeScriptWorkers(typeScript);

    [Fact]
    public async Task Result_LargerThanTheLimit_IsHeldBackByTheWorkerThatWasToldTheLimit()
    {
        await StartWorkerAsync();
        var run = await StartAsync("answersAtLength", 3_000_000);

        await UntilAsync(async () => (await Client.HistoryAsync(WorkflowId, run.RunId)).Events.Any(
            e => e.WorkflowTaskFailedEventAttributes is { Cause: WorkflowTaskFailedCause.PayloadsTooLarge }));

        await Client.TerminateAsync(WorkflowId, "test");
    }
}
