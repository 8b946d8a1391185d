using System.Diagnostics;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;
using Mandate.Engine;
using Mandate.Identity;
using Mandate.Identity.Keys;
using Mandate.Stateful;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;

namespace Mandate.Load.Wide;

/// <summary>
/// One parent of very many children: starts them over many runs, continues as new, and rotates its token for all of them, by signal and by update. The engine is in the same process.
/// </summary>
internal static class WideLoad
{
    private const string TaskQueue = "wide";
    private const string Parent = "parent-1";
    private const int Cached = 5_000;
    private const int MostChecked = 1_000;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private static readonly Principal Alice = new("alice", "acme") { Scopes = [StatefulNames.RotateScope] };

    internal static async Task<WideMeasurement> RunAsync(int children, TimeSpan deadlockTimeout, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        using var data = new DataDirectory(dataRoot);
        using var ring = await SigningKeyRing.OpenAsync(Path.Combine(data.Path, "principal-keys.json"), cancellation: cancellation);
        await using var vault = await CredentialVault.OpenAsync(
            new() { Path = Path.Combine(data.Path, "vault.db"), KeyEncryption = await KeyRing.OpenAsync(Path.Combine(data.Path, "vault-keys.json"), createWhenMissing: true, cancellation: cancellation) }, cancellation);
        await using var engine = await EmbeddedEngine.StartAsync(new EngineOptions { DataDirectory = Path.Combine(data.Path, "engine") }, cancellation);
        await using var client = new TemporalClient(engine.Handler, new TemporalClientOptions().AddIdentityPropagation(new PrincipalSigner(ring)));
        await using var workerClient = new TemporalClient(engine.Handler);
        using var worker = new TemporalWorker(workerClient, new TemporalWorkerOptions(TaskQueue) { MaxCachedWorkflows = Cached, DeadlockTimeout = deadlockTimeout }
            .AddWorkflow<WideWorkflow>()
            .AddWorkflow<WideChildWorkflow>()
            .AddIdentityPropagation(new PrincipalVerifier(ring, new() { CacheSize = 10_000 }))
            .AddStatefulWorkflows(new StatefulOptions { Authority = new VaultTokenAuthority(vault, recorder: null), AllowUnstatedWorkflows = true }));
        using var alice = Principal.Use(Alice);
        return await worker.ExecuteAsync(() => MeasureAsync(client, vault, children, dataRoot, cancellation), cancellation);
    }

    private static async Task<WideMeasurement> MeasureAsync(TemporalClient client, CredentialVault vault, int children, DirectoryInfo dataRoot, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var plan = new WidePlan(children);
        await client.StartWorkflowAsync((WideWorkflow wf) => wf.RunAsync(plan), new(Parent, TaskQueue));
        var parent = client.GetWorkflowHandle<WideWorkflow>(Parent);
        var started = await UntilAsync("started", clock, async () => children - await parent.QueryAsync(wf => wf.Started), cancellation);

        clock.Restart();
        var before = (await parent.DescribeAsync()).RunId;
        await parent.SignalAsync(wf => wf.ContinueAsync());
        var continued = await UntilAsync("continued", clock, async () => (await parent.DescribeAsync()).RunId == before ? 1 : children - await parent.QueryAsync(wf => wf.Known), cancellation);
        var header = (await parent.FetchHistoryAsync()).Events[0].WorkflowExecutionStartedEventAttributes.Header.Fields[StatefulNames.TreeHeader].CalculateSize();

        var runs = (await RunsAsync(client)).Count;
        var first = await SetAsync(vault, 1, cancellation);
        clock.Restart();
        await parent.SignalAsync(StatefulNames.ApiToken, [ApiTokenMessage.Of(first)]);
        var rotated = await UntilAsync("rotated", clock, () => BehindAsync(parent, first.Epoch), cancellation);
        var rotationRuns = (await RunsAsync(client)).Count - runs;
        var asked = await CheckAsync(client, children, first.Epoch);

        var second = await SetAsync(vault, 2, cancellation);
        clock.Restart();
        var report = (await parent.ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.To(second)])).Levels[0];
        var reported = clock.Elapsed.TotalMilliseconds;
        var secondRotated = await UntilAsync("rotated again", clock, () => BehindAsync(parent, second.Epoch), cancellation);
        asked += await CheckAsync(client, children, second.Epoch);
        return new(
            children,
            Math.Round(started),
            header,
            Math.Round(header / (double)children, 2),
            Math.Round(continued),
            Math.Round(rotated),
            rotationRuns,
            asked,
            [report.Delivered, report.Excluded, report.Gone, report.Failed],
            Math.Round(reported),
            Math.Round(secondRotated),
            (await RunsAsync(client)).Max(),
            MachineFacts.Read(dataRoot));
    }

    private static async Task<int> BehindAsync(WorkflowHandle<WideWorkflow> parent, long epoch) =>
        (await parent.QueryAsync<ApiTokenInfo>(StatefulNames.ApiToken, [])).Epoch < epoch ? int.MaxValue : await parent.QueryAsync(wf => wf.Behind);

    /// <summary>Asks children, spread over all of them, which token they have.</summary>
    private static async Task<int> CheckAsync(TemporalClient client, int children, long epoch)
    {
        var step = Math.Max(1, children / MostChecked);
        var asked = 0;
        for (var i = 0; i < children; i += step, asked++)
        {
            var info = await client.GetWorkflowHandle($"parent-1/child-{i:000000}").QueryAsync<ApiTokenInfo>(StatefulNames.ApiToken, []);
            if (info.Epoch != epoch)
                throw new InvalidOperationException($"Child {i} has epoch {info.Epoch} and not {epoch}.");
        }

        return asked;
    }

    /// <summary>Lengths of the parent's runs.</summary>
    private static async Task<IReadOnlyList<long>> RunsAsync(TemporalClient client)
    {
        var lengths = new List<long>();
        await foreach (var run in client.ListWorkflowsAsync($"WorkflowId = '{Parent}'"))
            lengths.Add(run.HistoryLength);
        return lengths;
    }

    private static async Task<double> UntilAsync(string what, Stopwatch clock, Func<Task<int>> left, CancellationToken cancellation)
    {
        int missing;
        while ((missing = await left()) > 0)
        {
            await Console.Error.WriteLineAsync($"{what}: {missing} to go after {clock.Elapsed.TotalSeconds:0} s");
            await Task.Delay(Between, TimeProvider.System, cancellation);
        }

        return clock.Elapsed.TotalMilliseconds;
    }

    private static Task<CredentialReference> SetAsync(CredentialVault vault, int number, CancellationToken cancellation) => vault.SetAsync(
        new() { Owner = new CredentialOwner("acme", Parent, "alice"), Name = Parent, Value = new Secret($"token-{number}"), Hosts = AllowedHosts.Parse(["api.example.com"]) }, cancellation);
}
