using Mandate.Protocol.Conversion;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Testing.Tests.Support;

/// <summary>Says when it ran and, by cron, when the runs before it did.</summary>
[Workflow]
public sealed class Ticks
{
    [WorkflowRun]
    public Task<List<DateTime>> RunAsync()
    {
        List<DateTime> ticks = Workflow.Info.LastResult is { Count: > 0 } last ? Workflow.PayloadConverter.ToValue<List<DateTime>>(last.First().Payload) : [];
        return Task.FromResult<List<DateTime>>([.. ticks, Workflow.UtcNow]);
    }
}
