using System.Globalization;
using Mandate.Demo.Canary;
using Mandate.Demo.Report;
using Mandate.Demo.Runs;
using Mandate.Development.Downstream;
using Mandate.Development.Orders;

namespace Mandate.Demo;

/// <summary>Judges what was seen. Each check looks at evidence, and fails when the evidence is missing.</summary>
internal sealed class DemoChecks(
    IReadOnlyList<Run> runs, WorkerReport worker, IReadOnlyList<DownstreamCall> downstream, AuditReport audit, CanaryReport canary, int otherTenantsAnswer, IntruderReport intruder,
    string workflowId)
{
    private const string Alice = "alice@acme";
    private const string Bob = "bob@acme";
    private static readonly string[] Activities = ["BookCarrier", "ReserveStock", "TakePayment"];
    private static readonly string[] Operations = ["book-carrier", "reserve-stock", "take-payment"];

    private IReadOnlyList<RunStep> Steps { get; } = [.. runs.SelectMany(r => r.Steps)];

    /// <summary>Every check.</summary>
    public IReadOnlyList<Check> All() =>
    [
        Completed(),
        TokenReplaced(),
        KilledAndResumed(),
        ActsForAlice(),
        SignalByBob(),
        AcknowledgedOnce(),
        DownstreamSees(),
        OtherTenantSeesNothing(),
        ForgeryRefused(),
        ChainIntact(),
        DecisionsRecorded(),
        NoSecretLeft(),
        ScanFinds(),
    ];

    private Check Completed()
    {
        var isTree = runs is [{ WorkflowType: OrderWorkflow.TypeName, TaskQueue: OrderWorkflow.TaskQueue } order, { WorkflowType: ShippingWorkflow.TypeName, TaskQueue: ShippingWorkflow.TaskQueue } shipping]
            && shipping.Parent == order.WorkflowId;
        return new("order and shipment ran to their end, on two task queues", isTree && runs.All(r => r.Status == "completed"), string.Join(", ", runs.Select(r => $"{r.WorkflowType} {r.Status}")));
    }

    private Check TokenReplaced() => new(
        "the worker's token was replaced in the middle of the order, and its calls went on",
        worker.TokensBefore > 0 && worker.TokensAfter > worker.TokensBefore,
        string.Create(CultureInfo.InvariantCulture, $"{worker.TokensBefore} tokens when the timer was set, {worker.TokensAfter} when its task was done"));

    private Check KilledAndResumed() => new(
        "the worker was killed in the middle and another one went on",
        worker.KilledProcess != worker.RestartedProcess && worker.SignalledMeanwhile && worker.KilledAfterEvent < runs[0].Events,
        string.Create(CultureInfo.InvariantCulture, $"{worker.KilledProcess} killed at event {worker.KilledAfterEvent} of {runs[0].Events}, {worker.RestartedProcess} went on"));

    private Check ActsForAlice()
    {
        var wrong = runs.Where(r => r.ActsFor != Alice).Select(r => $"{r.WorkflowId} for {r.ActsFor ?? "nobody"}")
            .Concat(Steps.Where(s => s.ActsFor != Alice).Select(s => $"{s.Name} for {s.ActsFor ?? "nobody"}"))
            .Concat(Steps.Where(s => s.Kind == StepKind.Activity && s.Reported != Alice).Select(s => $"{s.Name} says {s.Reported ?? "nothing"}"))
            .ToArray();
        return new("every run and step acts for alice@acme, by verified signature", wrong.Length == 0 && Steps.Count > 0, wrong.Length == 0 ? $"{runs.Count} runs, {Steps.Count} steps" : string.Join(", ", wrong));
    }

    private Check SignalByBob()
    {
        var senders = Steps.Where(s => s.Kind == StepKind.Signal).Select(s => s.Actor ?? "nobody").ToArray();
        return new("the signal was sent by bob@acme, by verified signature", senders is [Bob], string.Join(", ", senders));
    }

    private Check AcknowledgedOnce()
    {
        var activities = Steps.Where(s => s.Kind == StepKind.Activity).ToArray();
        var isOnce = activities.Select(s => Bare(s.Name)).Order(StringComparer.Ordinal).SequenceEqual(Activities)
            && Steps.All(s => s.Acknowledged == 1)
            && downstream.Select(d => d.Operation).Order(StringComparer.Ordinal).SequenceEqual(Operations);
        return new("each step was acknowledged exactly once, and done once", isOnce, string.Join(", ", Steps.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Name} ×{s.Acknowledged}"))));
    }

    private Check DownstreamSees()
    {
        var wrong = downstream.Where(d => d is not { Service: DemoWorld.ClientId, Audience: SampleService.Audience, User: "alice", Tenant: "acme", UserTokenSeen: false, Traced: true }).Select(d => d.Operation).ToArray();
        return new("downstream saw the service's token for its audience, alice, acme, a trace, and never a user's token", wrong.Length == 0 && downstream.Count == Operations.Length,
            wrong.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{downstream.Count} calls") : $"not: {string.Join(", ", wrong)}");
    }

    private Check OtherTenantSeesNothing() => new(
        "for carol@globex the order does not exist, by REST or gRPC",
        otherTenantsAnswer == StatusCodes.Status404NotFound && intruder.OtherTenantLists == 0 && intruder.OtherTenantAnswers.Count == 4
            && intruder.OtherTenantAnswers.Values.All(a => a == nameof(Protocol.RpcStatusCode.NotFound)),
        string.Create(CultureInfo.InvariantCulture, $"{otherTenantsAnswer}, {intruder.OtherTenantLists} listed, {string.Join(", ", intruder.OtherTenantAnswers.Select(a => $"{a.Key} {a.Value}"))}"));

    private Check ForgeryRefused() => new(
        "a worker that forged a principal was refused, and its run's history and the ledger say so",
        intruder is { ForgeryAnswer: nameof(Protocol.RpcStatusCode.InvalidArgument), ForgeryFailedTheTask: true, ForgedChildExists: false }
            && audit.Events.Any(e => e.Type == "execution.start" && e.Result == "denied" && e.Actor.StartsWith($"{workflowId}-forged", StringComparison.Ordinal)),
        $"{intruder.ForgeryAnswer}, child {(intruder.ForgedChildExists ? "started" : "not started")}");

    private Check ChainIntact() => new(
        "the audit chain verifies", audit.Valid && audit.Checked >= audit.Events.Count && audit.Events.Count > 0, string.Create(CultureInfo.InvariantCulture, $"{audit.Checked} events"));

    private Check DecisionsRecorded()
    {
        (string Type, string Actor)[] expected = [("execution.start.requested", Alice), ("execution.start", Alice), ("execution.signal.requested", Bob), ("execution.signal", Bob)];
        var missing = expected.Where(e => audit.Events.Count(a => a.Type == e.Type && a.Actor == e.Actor && a.Result == "success" && a.Resource == workflowId) != 1).Select(e => e.Type).ToArray();
        return new("start and signal are in the ledger, with who did them", missing.Length == 0, missing.Length == 0 ? "alice started, bob approved" : $"missing: {string.Join(", ", missing)}");
    }

    private Check NoSecretLeft()
    {
        var hits = canary.Places.Where(p => p.Hits.Count > 0).Select(p => $"{p.Name}: {string.Join(", ", p.Hits)}").ToArray();
        return new("no token and no secret in store, ledger, histories or logs", canary.Hits == 0 && canary.Values >= 5 && Enum.GetValues<CanaryArea>().All(a => canary.Places.Any(p => p.Area == a && p.Bytes > 0)),
            hits.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"{canary.Values} values, {canary.Places.Count} places") : string.Join("; ", hits));
    }

    private Check ScanFinds() => new("the scan finds a control value in each of them", canary.ControlFound, canary.ControlFound ? "found" : $"not in: {string.Join(", ", canary.Places.GroupBy(p => p.Area).Where(g => !g.Any(p => p.HasControl)).Select(g => g.Key))}");

    private static string Bare(string activityType) => activityType.EndsWith("Async", StringComparison.Ordinal) ? activityType[..^"Async".Length] : activityType;
}
