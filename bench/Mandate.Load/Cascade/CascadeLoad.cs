using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;
using Mandate.Engine;
using Mandate.Identity;
using Mandate.Identity.Keys;
using Mandate.Protocol;
using Mandate.Protocol.Grpc;
using Mandate.Stateful;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;

namespace Mandate.Load.Cascade;

/// <summary>
/// Rotates the API token of a tree and waits until every workflow has acknowledged. Identity is propagated and verified as in the service; the pipeline stands in front of neither side. The
/// TypeScript peer does its cascade on the same engine afterwards, over gRPC; ours runs over gRPC as well, with the engine in a process of its own, or in the engine's process.
/// </summary>
internal static class CascadeLoad
{
    private const string TaskQueue = "cascade";
    private const int HeapReadings = 5;
    private static readonly Uri Target = new("https://api.example.com/");
    private static readonly Principal Alice = new("alice", "acme") { Scopes = [StatefulNames.RotateScope] };
    private static readonly CredentialOwner Owner = new("acme", "node-0", "alice");

    internal static async Task<CascadeMeasurement> RunAsync(CascadeRun run, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        using var data = new DataDirectory(dataRoot);
        var directory = Path.Combine(data.Path, "engine");
        CascadeTimes ours;
        double? typescript = null;
        if (run.Transport is TransportKind.Grpc)
        {
            await using var engine = await EngineProcess.StartAsync(directory, cancellation);
            await using (var channel = new GrpcChannel(new GrpcChannelOptions { Target = engine.Address }))
                ours = await RotateAsync(channel.Handler, data.Path, run, cancellation);
            if (run.Peer)
                typescript = await TypeScriptAsync(engine.Address, run, cancellation);
        }
        else
        {
            await using var engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = directory, Namespaces = ["default", "typescript"] }, cancellation);
            ours = await RotateAsync(engine.Handler, data.Path, run, cancellation);
            if (run.Peer)
            {
                await using var listener = await GrpcListener.StartAsync(engine.Handler, new() { ListenOn = new(IPAddress.Loopback, 0) }, cancellation);
                typescript = await TypeScriptAsync(listener.Address, run, cancellation);
            }
        }

        return new(
            run.Workflows,
            run.Fanout,
            run.Transport.ToString(),
            run.Rotations,
            Math.Round(ours.Effective, 2),
            Math.Round(ours.Acknowledged, 1),
            Math.Round(ours.Started, 0),
            ours.HeapMiB,
            typescript is { } ms ? Math.Round(ms, 1) : null,
            typescript is { } t ? Math.Round(t / ours.Acknowledged, 1) : null,
            MachineFacts.Read(dataRoot));
    }

    private static async Task<double> TypeScriptAsync(string address, CascadeRun run, CancellationToken cancellation)
    {
        await Console.Error.WriteLineAsync($"TypeScript: {run.Workflows} workflows");
        return JsonSerializer.Deserialize<double>(await TypeScriptLoad.RunScriptAsync(["cascade.js", address, $"{run.Workflows}", $"{run.Fanout}", $"{run.Rotations}", $"{run.WarmUp.TotalSeconds}"], cancellation));
    }

    private static async Task<CascadeTimes> RotateAsync(RpcHandler engine, string directory, CascadeRun run, CancellationToken cancellation)
    {
        using var ring = await SigningKeyRing.OpenAsync(Path.Combine(directory, "principal-keys.json"), cancellation: cancellation);
        await using var vault = await CredentialVault.OpenAsync(
            new() { Path = Path.Combine(directory, "vault.db"), KeyEncryption = await KeyRing.OpenAsync(Path.Combine(directory, "vault-keys.json"), createWhenMissing: true, cancellation: cancellation) }, cancellation);
        await using var client = new TemporalClient(engine, new TemporalClientOptions().AddIdentityPropagation(new PrincipalSigner(ring)));
        await using var workerClient = new TemporalClient(engine);
        using var worker = new TemporalWorker(workerClient, new TemporalWorkerOptions(TaskQueue) { MaxCachedWorkflows = run.Workflows + 100 }
            .AddWorkflow<CascadeWorkflow>()
            .AddAllActivities(new CascadeActivities(ApiTokens.Current, Target))
            .AddIdentityPropagation(new PrincipalVerifier(ring, new() { CacheSize = 10_000 }))
            .AddStatefulWorkflows(new StatefulOptions { Authority = new VaultTokenAuthority(vault, recorder: null), AllowUnstatedWorkflows = true }));
        return await worker.ExecuteAsync(() => MeasureAsync(client, vault, run, cancellation), cancellation);
    }

    private static async Task<CascadeTimes> MeasureAsync(TemporalClient client, CredentialVault vault, CascadeRun run, CancellationToken cancellation)
    {
        using var alice = Principal.Use(Alice);
        await Console.Error.WriteLineAsync($"Mandate: {run.Workflows} workflows, {run.Fanout} children each, {run.Transport}");
        var clock = Stopwatch.StartNew();
        var plan = new CascadePlan(0, run.Workflows, run.Fanout);
        var root = await client.StartWorkflowAsync((CascadeWorkflow wf) => wf.RunAsync(plan), new("node-0", TaskQueue));
        while ((await client.CountWorkflowsAsync("ExecutionStatus = 'Running'")).Count < run.Workflows)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        var started = clock.Elapsed.TotalMilliseconds;

        var (effective, acknowledged, heap) = (new List<double>(), new List<double>(), new List<double>());
        var warm = Stopwatch.StartNew();
        var leaf = client.GetWorkflowHandle<CascadeWorkflow>($"node-{run.Workflows - 1}");
        for (var rotation = 0; acknowledged.Count < run.Rotations; rotation++)
        {
            var isWarm = rotation > 0 && warm.Elapsed >= run.WarmUp;
            var set = Stopwatch.GetTimestamp();
            var reference = await SetAsync(vault, rotation, cancellation);

            // Nobody has told the tree yet. The first rotation brings its first token.
            if (rotation > 0)
            {
                var call = await leaf.ExecuteUpdateAsync(wf => wf.CallAsync());
                if (isWarm)
                    effective.Add(Stopwatch.GetElapsedTime(set, call.At).TotalMilliseconds);
                if (call.Epoch != reference.Epoch)
                    throw new InvalidOperationException($"An activity that began after epoch {reference.Epoch} was set got epoch {call.Epoch}.");
            }

            clock.Restart();
            var report = await root.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.To(reference)]);
            if (isWarm)
                acknowledged.Add(clock.Elapsed.TotalMilliseconds);
            if (report.Levels.Sum(l => l.Delivered) != run.Workflows - 1)
                throw new InvalidOperationException($"{report.Levels.Sum(l => l.Delivered)} of {run.Workflows - 1} workflows acknowledged: {string.Join("; ", report.Levels)}.");
            if (isWarm && acknowledged.Count % Math.Max(1, run.Rotations / HeapReadings) == 0)
                heap.Add(Math.Round(GC.GetTotalMemory(forceFullCollection: true) / 1048576.0, 1));
        }

        return new(started, Median(effective), Median(acknowledged), heap);
    }

    private static Task<CredentialReference> SetAsync(CredentialVault vault, int number, CancellationToken cancellation) => vault.SetAsync(
        new() { Owner = Owner, Name = "node-0", Value = new Secret($"token-{number}"), Hosts = AllowedHosts.Parse([Target.Host]) }, cancellation);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
