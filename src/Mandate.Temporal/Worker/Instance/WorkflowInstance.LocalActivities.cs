using Mandate.Temporal.Interceptors;

namespace Mandate.Temporal.Worker.Instance;

/// <content>Local activities.</content>
internal sealed partial class WorkflowInstance
{
    private Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input) =>
        throw new NotSupportedException($"Local activity {input.Activity}: local activities are not offered yet. Use Workflow.ExecuteActivityAsync.");
}
