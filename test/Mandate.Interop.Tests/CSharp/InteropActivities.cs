using System.Text.Json;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Activities;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>The activities of <c>typescript/activities.js</c> in C#.</summary>
public sealed class InteropActivities(Gates gates)
{
    private static readonly TimeSpan BetweenBeats = TimeSpan.FromMilliseconds(50);

    [Activity("sayHello")]
    public string SayHello(string name) => $"Hello, {name}!";

    [Activity("echo")]
    public JsonElement Echo(JsonElement value) => value;

    [Activity("waitAtGate")]
    public async Task<string> WaitAtGateAsync(string name)
    {
        await gates.PassAsync(name);
        return $"passed {name}";
    }

    [Activity("failUntil")]
    public int FailUntil(int attempt)
    {
        var current = ActivityExecutionContext.Current.Info.Attempt;
        return current < attempt ? throw new ApplicationFailureException($"attempt {current} fails", "NotYet") : current;
    }

    [Activity("failForGood")]
    public void FailForGood(string message) => throw new ApplicationFailureException(message, "ForGood", nonRetryable: true, details: [new { why = "because" }]);

    [Activity("resumeFromHeartbeat")]
    public async Task<ResumedAt> ResumeFromHeartbeatAsync(int steps)
    {
        var context = ActivityExecutionContext.Current;
        var from = context.Info.HeartbeatDetails.Count == 0 ? 0 : await context.Info.HeartbeatDetailAtAsync<int>(0);
        for (var step = from + 1; step <= steps; step++)
        {
            context.Heartbeat(step);
            if (context.Info.Attempt == 1 && step == 2)
                throw new InvalidOperationException("lost after step 2");
        }

        return new ResumedAt(context.Info.Attempt, from);
    }

    [Activity("runUntilCancelled")]
    public async Task RunUntilCancelledAsync(string gate)
    {
        _ = gates.PassAsync(gate);
        var context = ActivityExecutionContext.Current;
        while (true)
        {
            context.Heartbeat("alive");
            await Task.Delay(BetweenBeats, TimeProvider.System, context.CancellationToken);
        }
    }

    [Activity("never")]
    public Task NeverAsync() => Task.Delay(TimeSpan.FromHours(1), TimeProvider.System, ActivityExecutionContext.Current.CancellationToken);

    [Activity("completeElsewhere")]
    public string CompleteElsewhere(string gate)
    {
        _ = gates.PassAsync(gate);
        throw new CompleteAsyncException();
    }

    [Activity("makeText")]
    public string MakeText(int bytes) => new('x', bytes);

    /// <summary>The activity of every type that has none of its own.</summary>
    [Activity(Dynamic = true)]
    public string Dynamic(RawPayload[] args)
    {
        var context = ActivityExecutionContext.Current;
        return $"{context.Info.ActivityType}({string.Join(',', args.Select(a => context.PayloadConverter.ToValue<JsonElement>(a.Payload)))})";
    }

    [Activity("describeInfo")]
    public object DescribeInfo()
    {
        var info = ActivityExecutionContext.Current.Info;
        return new
        {
            activityType = info.ActivityType, attempt = info.Attempt, isLocal = info.IsLocal, workflowType = info.WorkflowType, taskQueue = info.TaskQueue,
            workflowExecution = new { workflowId = info.WorkflowId, runId = info.WorkflowRunId },
            heartbeatTimeoutMs = (long?)info.HeartbeatTimeout?.TotalMilliseconds, startToCloseTimeoutMs = (long?)info.StartToCloseTimeout?.TotalMilliseconds,
        };
    }
}
