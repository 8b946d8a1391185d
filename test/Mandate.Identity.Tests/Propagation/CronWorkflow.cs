using Mandate.Protocol.Conversion;
using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>A cron workflow that counts its runs and tells for whom each was.</summary>
[Workflow]
public sealed class CronWorkflow
{
    [WorkflowRun]
    public Task<string> RunAsync() => Task.FromResult($"{(Workflow.Info.LastResult is { Count: > 0 } last ? Workflow.PayloadConverter.ToValue<string>(last.First().Payload) + ", " : "")}{Principal.Current}");
}
