using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mandate.Stateful.Tree;
using Mandate.Temporal.Workflows;

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

    private static readonly Counter<long> RenewalFailures = Meter.CreateCounter<long>(
        "mandate.api_token.renewal_failures", "{failure}", "Renewals from a token source that failed, by the failure's type.");

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

    public static void NotRenewed(string error) => RenewalFailures.Add(1, new KeyValuePair<string, object?>("error", error));

    public static void Reported(TimeSpan took) => Acknowledged.Record(took.TotalSeconds);

    /// <summary>A span for a token on its way to a workflow: from the moment it was sent until it was taken over there. What is sent on from there belongs below it.</summary>
    /// <param name="link">Where it hangs.</param>
    /// <param name="node">The workflow.</param>
    /// <param name="token">What was taken over.</param>
    /// <param name="sentAt">When it was sent to the workflow, UTC.</param>
    /// <returns>The place below it; null where nobody listens.</returns>
    public static string? Adopted(string? link, WorkflowInfo node, HeldToken token, DateTimeOffset sentAt)
    {
        using var span = Start("apiToken adopt", ActivityKind.Consumer, link, node, sentAt);
        return span?.SetTag("mandate.api_token.name", token.Name).SetTag("mandate.api_token.epoch", token.Epoch)
            .SetTag("mandate.api_token.state", token.State.ToString()).SetTag("mandate.api_token.source", token.Source).Id;
    }

    /// <summary>A span for the time from which a workflow handed a token on until all below it had answered.</summary>
    public static void Delivered(string? link, WorkflowInfo node, DateTimeOffset beganAt, IReadOnlyList<LevelCounts> levels)
    {
        using var span = Start("apiToken deliver", ActivityKind.Producer, link, node, beganAt);
        if (span is null)
            return;
        var failed = levels.Sum(l => l.Failed);
        span.SetTag("mandate.api_token.delivered", levels.Sum(l => l.Delivered)).SetTag("mandate.api_token.excluded", levels.Sum(l => l.Excluded))
            .SetTag("mandate.api_token.gone", levels.Sum(l => l.Gone)).SetTag("mandate.api_token.failed", failed);
        if (failed > 0)
            span.SetStatus(ActivityStatusCode.Error, "Not every workflow below has answered.");
    }

    /// <summary>A span for an activity's question to the vault, below what runs here. The caller ends it.</summary>
    public static Activity? Redeeming(string name, long epoch, Uri target) => Source.StartActivity("apiToken redeem", ActivityKind.Client)?
        .SetTag("mandate.api_token.name", name).SetTag("mandate.api_token.epoch", epoch).SetTag("server.address", target.IsAbsoluteUri ? target.Host : null);

    private static Activity? Start(string name, ActivityKind kind, string? link, WorkflowInfo node, DateTimeOffset beganAt)
    {
        if (!Source.HasListeners() || !TraceLink.TryParse(link, out var parent))
            return null;
        // Workflow code runs wherever a task of its worker happens to run: what goes on there is not its cause.
        var current = Activity.Current;
        Activity.Current = null;
        try
        {
            // The clock of the server may be ahead of this machine's.
            var now = TimeProvider.System.GetUtcNow();
            return Source.StartActivity(name, kind, parent, startTime: beganAt < now ? beganAt : now)?
                .SetTag("mandate.workflow.id", node.WorkflowId).SetTag("mandate.workflow.run_id", node.RunId);
        }
        finally
        {
            Activity.Current = current;
        }
    }
}
