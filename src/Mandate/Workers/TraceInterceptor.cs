using System.Diagnostics;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Interceptors;

namespace Mandate.Workers;

/// <summary>
/// Gives each activity a span, so that what it calls carries on a trace (<c>traceparent</c>). All activities of a run share the trace whose id is the run's id, which therefore
/// need not be looked up anywhere.
/// </summary>
internal sealed class TraceInterceptor : IWorkerInterceptor
{
    /// <inheritdoc/>
    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor);

    private sealed class Inbound(ActivityInboundInterceptor next) : ActivityInboundInterceptor(next)
    {
        public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
        {
            var info = ActivityExecutionContext.Current.Info;
            using var span = new Activity($"RunActivity:{info.ActivityType}");
            span.SetIdFormat(ActivityIdFormat.W3C);
            if (Guid.TryParse(info.WorkflowRunId, out var run))
                span.SetParentId(ActivityTraceId.CreateFromString(run.ToString("N")), ActivitySpanId.CreateRandom());
            span.Start();
            return await base.ExecuteActivityAsync(input);
        }
    }
}
