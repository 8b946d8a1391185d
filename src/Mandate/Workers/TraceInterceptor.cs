using System.Diagnostics;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Interceptors;

namespace Mandate.Workers;

/// <summary>
/// Gives each activity a span, so that what it calls carries on a trace (<c>traceparent</c>), exported or not. All activities of a run share the trace whose id is the run's id, which therefore
/// need not be looked up anywhere.
/// </summary>
internal sealed class TraceInterceptor : IWorkerInterceptor
{
    /// <summary>The activity source.</summary>
    public const string ActivitySourceName = "Mandate.Worker";

    private static readonly ActivitySource Source = new(ActivitySourceName);

    /// <inheritdoc/>
    public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new Inbound(nextInterceptor);

    private sealed class Inbound(ActivityInboundInterceptor next) : ActivityInboundInterceptor(next)
    {
        public override async Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
        {
            var info = ActivityExecutionContext.Current.Info;
            ActivityTraceId? trace = Guid.TryParse(info.WorkflowRunId, out var run) ? ActivityTraceId.CreateFromString(run.ToString("N")) : null;
            using var span = Exported($"RunActivity:{info.ActivityType}", trace) ?? Unexported($"RunActivity:{info.ActivityType}", trace);
            span.SetTag("mandate.workflow.id", info.WorkflowId).SetTag("mandate.workflow.run_id", info.WorkflowRunId).SetTag("mandate.activity.attempt", info.Attempt);
            try
            {
                return await base.ExecuteActivityAsync(input);
            }
            catch (Exception e)
            {
                // The message may be anybody's words; the history has it.
                span.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error);
                throw;
            }
        }

        /// <summary>The first of its trace; null where nobody listens, or this trace is not sampled.</summary>
        private static Activity? Exported(string name, ActivityTraceId? trace)
        {
            if (!Source.HasListeners())
                return null;
            Activity.Current = null;
            return Source.StartActivity(name, ActivityKind.Consumer, trace is { } id ? new ActivityContext(id, default, ActivityTraceFlags.Recorded, isRemote: true) : default);
        }

        private static Activity Unexported(string name, ActivityTraceId? trace)
        {
            var span = new Activity(name);
            span.SetIdFormat(ActivityIdFormat.W3C);
            if (trace is { } id)
                span.SetParentId(id, ActivitySpanId.CreateRandom());
            return span.Start();
        }
    }
}
