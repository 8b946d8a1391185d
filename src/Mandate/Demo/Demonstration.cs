using System.Globalization;
using System.Text.Json;
using Mandate.Configuration;
using Mandate.Demo.Canary;
using Mandate.Demo.Report;
using Mandate.Demo.Runs;
using Mandate.Demo.View;
using Mandate.Development.Orders;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Demo;

/// <summary>
/// The story: 1. alice@acme starts an order over REST, 2. its first activity is done, its timer is set, and the worker's token is replaced before it fires, 3. the worker's process is killed with SIGKILL, 4. bob@acme approves while no
/// worker runs, 5. a new worker process goes on, 6. the order and its shipment end, 7. carol of another tenant finds nothing, by REST or gRPC, 8. a worker that has been taken over forges a principal and is refused, 9. everything is looked through.
/// </summary>
internal sealed partial class Demonstration(DemoWorld world, IDemoView view) : IDisposable
{
    private const string Alice = "alice@acme";
    private const string Bob = "bob@acme";
    private const string Carol = "carol@globex";

    /// <summary>Far beyond what any machine needs: it only ends a demonstration that hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly DemoRest _rest = new(world.Service.RestAddress, world.Service.IdentityProvider!.TokenEndpoint);
    private readonly RunReader _runs = new(world.Service.Connection, world.Verifier);
    private readonly string _path = $"/v1/executions/{world.WorkflowId}";

    /// <summary>Tells the story and judges it.</summary>
    /// <exception cref="DemoException">The story could not be told to its end.</exception>
    public async Task<DemoReport> RunAsync(CancellationToken cancellation)
    {
        var logger = world.Loggers.CreateLogger<Demonstration>();
        LogControl(logger, world.Control);
        var (worker, carolsAnswer) = await TellAsync(cancellation);
        var intruder = await IntrudeAsync(cancellation);
        var tree = await _runs.TreeAsync(world.WorkflowId, cancellation);
        var audit = await AuditAsync(cancellation);
        var canary = Scan(tree.Select(t => t.History));
        var runs = tree.Select(t => t.Run).ToArray();
        var downstream = Downstream();
        var checks = new DemoChecks(runs, worker, downstream, audit, canary, carolsAnswer, intruder, world.WorkflowId).All();
        return new DemoReport
        {
            Ok = checks.All(c => c.Ok),
            ReadyMs = (int)world.Service.EngineReadyAfter.TotalMilliseconds,
            Runs = runs,
            Worker = worker,
            Downstream = downstream,
            Intruder = intruder,
            Audit = audit,
            Canary = canary,
            Checks = checks,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _rest.Dispose();

    private async Task<(WorkerReport Worker, int CarolsAnswer)> TellAsync(CancellationToken cancellation)
    {
        await using var first = world.StartWorker(1);
        view.Tell($"worker process {first.Id} started");
        var order = JsonSerializer.Serialize(new Order(world.WorkflowId, world.Control));
        await _rest.DoAsync(Alice, HttpMethod.Post, "/v1/executions", $$"""{"workflowType":"{{OrderWorkflow.TypeName}}","workflowId":"{{world.WorkflowId}}","input":{{order}}}""", cancellation);
        view.Tell($"{Alice} started {world.WorkflowId} over REST");

        await UntilAsync(runs => runs[0].Steps.Any(s => s.Kind == StepKind.Timer), first, "the order's timer", cancellation);
        var tokens = world.WorkerTokens;
        // The worker has answered for what the timer brought, with a token that is younger than the timer.
        var atKill = await UntilAsync(runs => runs[0].Steps.Any(s => s is { Kind: StepKind.Timer, Acknowledged: 1 }) && runs[0].IsWaiting, first, "what comes after the timer", cancellation);
        var tokensAfter = world.WorkerTokens;
        view.Tell(string.Create(CultureInfo.InvariantCulture, $"the worker's token was replaced {tokensAfter - tokens} times while the order waited"));
        await first.KillAsync();
        view.Tell($"worker process {first.Id} killed with SIGKILL, in the middle of the order");
        await _rest.DoAsync(Bob, HttpMethod.Post, $"{_path}/signals/{OrderWorkflow.ApproveSignal}", json: null, cancellation);
        view.Tell($"{Bob} approved, while no worker ran");
        var meanwhile = (await RunsAsync(cancellation))[0];

        await using var second = world.StartWorker(2);
        view.Tell($"worker process {second.Id} started");
        await UntilAsync(runs => runs[0].HasEnded, second, "the end of the order", cancellation);
        view.Tell("the order has ended");
        var (status, _) = await _rest.CallAsync(Carol, HttpMethod.Get, _path, json: null, cancellation);
        view.Tell($"{Carol} asked for alice's order and was answered {status}");
        return (new(tokens, tokensAfter, first.Id, atKill[0].Events, second.Id, !meanwhile.HasEnded && meanwhile.Steps.Any(s => s.Kind == StepKind.Signal)), status);
    }

    private async Task<IntruderReport> IntrudeAsync(CancellationToken cancellation)
    {
        try
        {
            var report = await new Intruder(world.Service.GrpcAddress!, world.Service.Connection.Namespace).TryAsync(
                world.WorkflowId, await _rest.TokenAsync(Carol, cancellation), await _rest.TokenAsync(Alice, cancellation), await world.WorkerTokenAsync(cancellation), cancellation);
            view.Tell($"{Carol} looked for it by gRPC and saw {report.OtherTenantLists} runs");
            view.Tell($"a worker put another principal onto a child and was answered {report.ForgeryAnswer}");
            return report;
        }
        catch (Protocol.RpcException e)
        {
            throw new DemoException($"The intruders' honest calls were refused: {e.Code} {e.Message}");
        }
    }

    private async Task<IReadOnlyList<Run>> UntilAsync(Func<IReadOnlyList<Run>, bool> isSo, WorkerProcess worker, string what, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        while (true)
        {
            var runs = await RunsAsync(cancellation);
            if (isSo(runs))
                return runs;
            if (worker.HasExited)
                throw new DemoException($"The worker's process ended before {what}. {LogHint()}");
            if (patience.IsCancellationRequested)
                throw new DemoException($"Waited {Patience.TotalSeconds:0} s for {what}. {LogHint()}");
            await Task.Delay(LookEvery, TimeProvider.System, cancellation);
        }
    }

    private async Task<IReadOnlyList<Run>> RunsAsync(CancellationToken cancellation)
    {
        var runs = (await _runs.TreeAsync(world.WorkflowId, cancellation)).Select(t => t.Run).ToArray();
        view.Update(runs);
        return runs;
    }

    private DownstreamCall[] Downstream() =>
    [
        .. world.Warehouse.Received.Select(call => new DownstreamCall(
            call.Operation,
            call.Service,
            call.Audience,
            call.User,
            call.Tenant,
            call.IsTraced,
            _rest.Tokens.Any(token => call.Everything.Contains(CanaryValue.Token("", token).Value, StringComparison.Ordinal)))),
    ];

    private async Task<AuditReport> AuditAsync(CancellationToken cancellation)
    {
        var page = await _rest.DoAsync(Alice, HttpMethod.Get, "/v1/audit-events?order=oldest&limit=1000", json: null, cancellation);
        var events = page.GetProperty("events").EnumerateArray().ToArray();
        if (events.Length == 0)
            throw new DemoException("The audit ledger has no event of the tenant.");
        var verdict = await _rest.DoAsync(Alice, HttpMethod.Get, $"/v1/audit-events/{events[^1].GetProperty("id").GetString()}/verify", json: null, cancellation);
        return new(
            verdict.GetProperty("valid").GetBoolean(),
            verdict.GetProperty("checked").GetInt64(),
            verdict.GetProperty("head").GetProperty("hash").GetString()!,
            [
                .. events.Select(e => new AuditLine(
                    e.GetProperty("sequence").GetInt64(),
                    e.GetProperty("type").GetString()!,
                    e.GetProperty("result").GetString()!,
                    $"{e.GetProperty("actor").GetProperty("id").GetString()}@{e.GetProperty("tenant").GetString()}",
                    e.GetProperty("resource").GetProperty("id").GetString()!)),
            ]);
    }

    private CanaryReport Scan(IEnumerable<History> histories)
    {
        var notes = new CanaryScanner(world.Secrets(), new("control", world.Control));
        // The ledger holds ids and no notes, so its control is the order's id.
        var ledger = new CanaryScanner(world.Secrets(), new("control", world.WorkflowId));
        // Lock files cannot be opened while they do their work; they hold a process id at most.
        foreach (var file in Directory.EnumerateFiles(world.Data, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var isLedger = file.StartsWith(Path.Combine(world.Data, Hosting.ServiceIdentity.LedgerDirectory), StringComparison.Ordinal);
            (isLedger ? ledger : notes).Scan(isLedger ? CanaryArea.AuditLedger : CanaryArea.EngineStore, Path.GetRelativePath(world.Data, file), Read(file));
        }

        foreach (var (history, index) in histories.Select((h, i) => (h, i)))
        {
            notes.Scan(CanaryArea.Histories, $"history {index + 1}", Google.Protobuf.MessageExtensions.ToByteArray(history));
            notes.Scan(CanaryArea.Histories, $"history {index + 1} as JSON", System.Text.Encoding.UTF8.GetBytes(history.ToString()));
        }

        foreach (var file in Directory.EnumerateFiles(world.Logs))
            notes.Scan(CanaryArea.Logs, Path.GetFileName(file), Read(file));

        CanaryPlace[] places = [.. notes.Places, .. ledger.Places];
        return new(notes.Values, places.Count(p => p.Hits.Count > 0), Enum.GetValues<CanaryArea>().All(area => places.Any(p => p.Area == area && p.HasControl)), places);
    }

    private static byte[] Read(string file)
    {
        // Others have it open for writing.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private string LogHint()
    {
        var lines = Directory.EnumerateFiles(world.Logs, "worker-*.log").Order(StringComparer.Ordinal).SelectMany(File.ReadLines).TakeLast(5);
        return $"Its log ends: {string.Join(" | ", lines)}";
    }

    [LoggerMessage(EventId = 1, EventName = "CanaryControl", Level = LogLevel.Information, Message = "The canary scan must find this in the logs: {Control}")]
    private static partial void LogControl(ILogger logger, string control);
}
