using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Runs an activity that cannot meet the given options and tells which limit passed.</summary>
[Workflow("timesOut")]
public sealed class TimesOutWorkflow
{
    [WorkflowRun]
    public async Task<object> RunAsync(TwinOptions options)
    {
        try
        {
            await Workflow.ExecuteActivityAsync((InteropActivities a) => a.NeverAsync(), options.ToActivityOptions());
            return "no time-out";
        }
        catch (ActivityFailureException e)
        {
            var timeout = e.InnerException as TimeoutFailureException ?? e.InnerException?.InnerException as TimeoutFailureException;
            return new { timeoutType = Name(timeout?.TimeoutType), retryState = e.RetryState.ToString() };
        }
    }

    private static string Name(TimeoutType? type) => type switch
    {
        TimeoutType.StartToClose => "START_TO_CLOSE",
        TimeoutType.ScheduleToStart => "SCHEDULE_TO_START",
        TimeoutType.ScheduleToClose => "SCHEDULE_TO_CLOSE",
        TimeoutType.Heartbeat => "HEARTBEAT",
        _ => "none",
    };
}
