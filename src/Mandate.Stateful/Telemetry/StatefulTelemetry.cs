using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Mandate.Stateful.Telemetry;

/// <summary>What this room measures. Names are those of <see cref="StatefulInstrumentation"/>.</summary>
internal static class StatefulTelemetry
{
    private static readonly Meter Meter = new(StatefulInstrumentation.MeterName);
    private static readonly ActivitySource Source = new(StatefulInstrumentation.ActivitySourceName);

    private static readonly Counter<long> Rotations = Meter.CreateCounter<long>(
        "mandate.api_token.rotations", "{rotation}", "New tokens that workflows took over, by how they came.");

    private static readonly Counter<long> Deliveries = Meter.CreateCounter<long>(
        "mandate.api_token.deliveries", "{delivery}", "Tokens handed on to children, by outcome.");

    private static readonly Counter<long> Redemptions = Meter.CreateCounter<long>(
        "mandate.api_token.redemptions", "{redemption}", "References turned into tokens, by outcome.");

    private static readonly Counter<long> StaleWorkflows = Meter.CreateCounter<long>(
        "mandate.api_token.stale", "{redemption}", "References redeemed by workflows that a newer epoch had not reached yet. They got the newer token.");

    private static readonly Histogram<double> Age = Meter.CreateHistogram<double>(
        "mandate.api_token.age", "s", "Age of tokens at the moment they are used.");

    private static readonly Histogram<double> Acknowledged = Meter.CreateHistogram<double>(
        "mandate.api_token.acknowledged", "s", "Time until a workflow, and all below it, had a new token.");

    public static void Rotated(string how) => Rotations.Add(1, new KeyValuePair<string, object?>("source", how));

    public static void Delivered(string outcome)
    {
        if (!Temporal.Workflows.Workflow.Unsafe.IsReplaying)
            Deliveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
    }

    public static void Redeemed(string outcome, TimeSpan? age, bool isStale)
    {
        Redemptions.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        if (age is { } value)
            Age.Record(value.TotalSeconds);
        if (isStale)
            StaleWorkflows.Add(1);
    }

    public static void Reported(TimeSpan took) => Acknowledged.Record(took.TotalSeconds);

    /// <summary>A span of one moment: that a workflow took over a token. A workflow has no time of its own to measure, since its steps wait for others.</summary>
    public static void Adopted(string? traceParent, string workflowId, string runId, string name, long epoch, ApiTokenState state)
    {
        if (!Source.HasListeners() || !ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent))
            return;
        var current = Activity.Current;
        using (var span = Source.StartActivity("apiToken adopt", ActivityKind.Consumer, parent))
        {
            span?.SetTag("mandate.workflow.id", workflowId).SetTag("mandate.workflow.run_id", runId)
                .SetTag("mandate.api_token.name", name).SetTag("mandate.api_token.epoch", epoch).SetTag("mandate.api_token.state", state.ToString());
        }

        Activity.Current = current;
    }
}
