using Mandate.Temporal.Common;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Testing.Tests.Support;

/// <summary>Calls one activity of <see cref="TestActivities"/> by its name.</summary>
[Workflow]
public sealed class Calls
{
    [WorkflowRun]
    public Task<string> RunAsync(string activity) => Workflow.ExecuteActivityAsync<string>(activity, [], new()
    {
        ScheduleToCloseTimeout = TimeSpan.FromDays(30),
        HeartbeatTimeout = activity == nameof(TestActivities.FallSilentOnce) ? TimeSpan.FromMilliseconds(200) : null,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromHours(3), BackoffCoefficient = 2 },
    });
}
