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
    private const int Rotations = 5;
    private static readonly Uri Target = new("https://api.example.com/");
    private static readonly Principal Alice = new("alice", "acme") { Scopes = [StatefulNames.RotateScope] };
    private static readonly CredentialOwner Owner = new("acme", "node-0", "alice");

    internal static async Task<CascadeMeasurement> RunAsync(int workflows, int fanout, TransportKind transport, TimeSpan warmUp, bool peer, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        using var data = new DataDirectory(dataRoot);
        var directory = Path.Combine(data.Path, "engine");
        (double Started, double Effective, double Acknowledged) ours;
        double? typescript = null;
        if (transport is TransportKind.Grpc)
        {
            await using var engine = await EngineProcess.StartAsync(directory, cancellation);
            await using (var channel = new GrpcChannel(new GrpcChannelOptions { Target = engine.Address }))
                ours = await RotateAsync(channel.Handler, data.Path, workflows, fanout, warmUp, cancellation);
            if (peer)
                typescript = await TypeScriptAsync(engine.Address, workflows, fanout, warmUp, cancellation);
        }
        else
        {
            await using var engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = directory, Namespaces = ["default", "typescript"] }, cancellation);
            ours = await RotateAsync(engine.Handler, data.Path, workflows, fanout, warmUp, cancellation);
            if (peer)
            {
                await using var listener = await GrpcListener.StartAsync(engine.Handler, new() { ListenOn = new(IPAddress.Loopback, 0) }, cancellation);
                typescript = await TypeScriptAsync(listener.Address, workflows, fanout, warmUp, cancellation);
            }
        }

        var (started, effective, acknowledged) = ours;
        return new(
            workflows,
            fanout,
            transport.ToString(),
            Rotations,
            Math.Round(effective, 2),
            Math.Round(acknowledged, 1),
            Math.Round(started, 0),
            typescript is { } ms ? Math.Round(ms, 1) : null,
            typescript is { } t ? Math.Round(t / acknowledged, 1) : null,
            MachineFacts.Read(dataRoot));
    }

    private static async Task<double> TypeScriptAsync(string address, int workflows, int fanout, TimeSpan warmUp, CancellationToken cancellation)
    {
        await Console.Error.WriteLineAsync($"TypeScript: {workflows} workflows");
        return JsonSerializer.Deserialize<double>(await TypeScriptLoad.RunScriptAsync(["cascade.js", address, $"{workflows}", $"{fanout}", $"{Rotations}", $"{warmUp.TotalSeconds}"], cancellation));
    }

    private static async Task<(double Started, double Effective, double Acknowledged)> RotateAsync(RpcHandler engine, string directory, int workflows, int fanout, TimeSpan warmUp, CancellationToken cancellation)
    {
        using var ring = await SigningKeyRing.OpenAsync(Path.Combine(directory, "principal-keys.json"), cancellation: cancellation);
        await using var vault = await CredentialVault.OpenAsync(
            new() { Path = Path.Combine(directory, "vault.db"), KeyEncryption = await KeyRing.OpenAsync(Path.Combine(directory, "vault-keys.json"), createWhenMissing: true, cancellation: cancellation) }, cancellation);
        await using var client = new TemporalClient(engine, new TemporalClientOptions().AddIdentityPropagation(new PrincipalSigner(ring)));
        await using var workerClient = new TemporalClient(engine);
        using var worker = new TemporalWorker(workerClient, new TemporalWorkerOptions(TaskQueue) { MaxCachedWorkflows = workflows + 100 }
            .AddWorkflow<CascadeWorkflow>()
            .AddIdentityPropagation(new PrincipalVerifier(ring, new() { CacheSize = 10_000 }))
            .AddStatefulWorkflows(new StatefulOptions { Authority = new VaultTokenAuthority(vault, recorder: null), AllowUnstatedWorkflows = true }));
        return await worker.ExecuteAsync(() => MeasureAsync(client, vault, workflows, fanout, warmUp, cancellation), cancellation);
    }

    private static async Task<(double Started, double Effective, double Acknowledged)> MeasureAsync(
        TemporalClient client, CredentialVault vault, int workflows, int fanout, TimeSpan warmUp, CancellationToken cancellation)
    {
        using var alice = Principal.Use(Alice);
        await Console.Error.WriteLineAsync($"Mandate: {workflows} workflows, {fanout} children each");
        var first = await SetAsync(vault, 0, cancellation);
        var clock = Stopwatch.StartNew();
        var plan = new CascadePlan(0, workflows, fanout);
        var root = await client.StartWorkflowAsync((CascadeWorkflow wf) => wf.RunAsync(plan), new("node-0", TaskQueue));
        while ((await client.CountWorkflowsAsync("ExecutionStatus = 'Running'")).Count < workflows)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        var started = clock.Elapsed.TotalMilliseconds;

        var (effective, acknowledged) = (new List<double>(), new List<double>());
        var warm = Stopwatch.StartNew();
        for (var rotation = 0; acknowledged.Count < Rotations; rotation++)
        {
            var isWarm = rotation > 0 && warm.Elapsed >= warmUp;
            clock.Restart();
            var reference = await SetAsync(vault, rotation + 1, cancellation);
            var redeemed = await vault.RedeemAsync(Owner, first, Target, cancellation);
            if (isWarm)
                effective.Add(clock.Elapsed.TotalMilliseconds);
            if (redeemed.Value.Reveal() != $"token-{rotation + 1}")
                throw new InvalidOperationException("The new token did not hold for the next call.");

            clock.Restart();
            var report = await root.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.To(reference)]);
            if (isWarm)
                acknowledged.Add(clock.Elapsed.TotalMilliseconds);
            if (report.Levels.Sum(l => l.Delivered) != workflows - 1)
                throw new InvalidOperationException($"{report.Levels.Sum(l => l.Delivered)} of {workflows - 1} workflows acknowledged.");
        }

        return (started, Median(effective), Median(acknowledged));
    }

    private static Task<CredentialReference> SetAsync(CredentialVault vault, int number, CancellationToken cancellation) => vault.SetAsync(
        new() { Owner = Owner, Name = "node-0", Value = new Secret($"token-{number}"), Hosts = AllowedHosts.Parse([Target.Host]) }, cancellation);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
