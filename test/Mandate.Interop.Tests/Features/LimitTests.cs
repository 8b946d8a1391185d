using Mandate.Engine;
using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.Enums.V1;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Features;

/// <summary>What workers meet that exceed the engine's limits.</summary>
public abstract class LimitTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    /// <inheritdoc/>
    protected override EngineLimits Limits { get; } = new() { MaxHistoryEvents = 100, MaxPendingPerRun = 3 };

    [Fact]
    public async Task History_LongerThanTheLimit_EndsTheRunWithTheReason()
    {
        await StartWorkerAsync();
        var run = await StartAsync("continuesWhenAdvised");

        (await Should.ThrowAsync<SdkException>(() => Client.ResultAsync<int>(WorkflowId))).Error.Chain().Last().Name.ShouldBe("TerminatedFailure");
        var events = (await Histories.OfAsync(Engine.Handler, run.WorkflowId, run.RunId)).Events;
        events.Count.ShouldBeInRange(100, 105);
        events[^1].WorkflowExecutionTerminatedEventAttributes.Reason.ShouldContain("EngineLimits.MaxHistoryEvents");
    }

    [Fact]
    public async Task Activities_MoreThanMayBePending_FailTheTaskWithItsCause()
    {
        await StartWorkerAsync();
        var run = await StartAsync("fanOut", 4);

        await UntilAsync(async () => (await Client.HistoryAsync(WorkflowId, run.RunId)).Events.Any(
            e => e.WorkflowTaskFailedEventAttributes is { Cause: WorkflowTaskFailedCause.PendingActivitiesLimitExceeded }));

        (await Client.DescribeAsync(WorkflowId)).Status.ShouldBe("RUNNING");
        await Client.TerminateAsync(WorkflowId, "test");
    }
}
