using System.Collections.Concurrent;
using System.Text;
using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;
using Mandate.Engine;
using Mandate.Identity;
using Mandate.Identity.Keys;
using Mandate.Protocol;
using Mandate.Protocol.Conversion;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;
using Mandate.Testing;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>
/// An engine, a vault, a ledger, a client that signs and workers of stateful workflows, with an API to call. When it is disposed, every history that was made is replayed, and everything
/// that was written is searched for the secrets that were set.
/// </summary>
internal sealed class TreeFixture : IAsyncDisposable
{
    public const string TaskQueue = "tree";
    public static readonly Principal Alice = new("alice", "acme") { Scopes = [StatefulNames.RotateScope] };
    public static readonly Principal Bob = new("bob", "acme");

    private readonly TemporaryDirectory _directory = new();
    private readonly List<(TemporalWorker Worker, CancellationTokenSource Stop, Task Run)> _workers = [];
    private readonly ConcurrentQueue<string> _secrets = new();
    private SigningKeyRing _ring = null!;
    private EmbeddedEngine _engine = null!;
    private PrincipalVerifier _verifier = null!;
    private RpcHandler _handler = null!;
    private EngineLimits _limits = new();
    private DataConverter _converter = DataConverter.Default;
    private bool _isChecked;

    public RecordingLoggers Loggers { get; } = new();

    public Spans Spans { get; } = new();

    public ApiServer Api { get; private set; } = null!;

    public PrincipalSigner Signer { get; private set; } = null!;

    public CredentialVault Vault { get; private set; } = null!;

    public AuditLedger Ledger { get; private set; } = null!;

    public PrincipalVerifier Verifier => _verifier;

    /// <summary>The engine, without any stage in front of it.</summary>
    public RpcHandler Engine => _engine.Handler;

    /// <summary>Signs with the current principal.</summary>
    public TemporalClient Client { get; private set; } = null!;

    /// <summary>The engine as clients of other SDKs see it, without any signature.</summary>
    public TemporalClient BareClient { get; private set; } = null!;

    /// <summary>Of how many workflows memos and queries are looked at; of all unless set, and where there are thousands of the same kind of some.</summary>
    public int Looks { get; set; } = int.MaxValue;

    /// <summary>What workers ask instead of the vault alone; set before they are made.</summary>
    public Func<IApiTokenAuthority, IApiTokenAuthority> Authority { get; set; } = a => a;

    public TimeProvider ActivityTime { get; set; } = TimeProvider.System;

    /// <summary>What workers have beside the usual; set before they are made.</summary>
    public Func<TemporalWorkerOptions, TemporalWorkerOptions> Configure { get; set; } = o => o;

    public static async Task<TreeFixture> StartAsync(
        IReadOnlyDictionary<string, CredentialSource>? sources = null, ICredentialNarrower? narrower = null, EngineLimits? limits = null, bool worker = true, bool ledger = true, int cache = 10_000,
        DataConverter? converter = null)
    {
        var fixture = new TreeFixture { _limits = limits ?? new(), _converter = converter ?? DataConverter.Default };
        fixture.Api = await ApiServer.StartAsync();
        fixture._ring = await SigningKeyRing.OpenAsync(fixture._directory.File("principal-keys.json"));
        fixture.Signer = new(fixture._ring);
        fixture._verifier = new(fixture._ring, new() { CacheSize = 50_000 });
        fixture.Ledger = ledger ? await AuditLedger.OpenAsync(new() { Path = fixture._directory.File("ledger.db"), LoggerFactory = fixture.Loggers }) : null!;
        fixture.Vault = await CredentialVault.OpenAsync(new()
        {
            Path = fixture._directory.File("vault.db"),
            KeyEncryption = await KeyRing.OpenAsync(fixture._directory.File("vault-keys.json"), createWhenMissing: true),
            Sources = sources ?? new Dictionary<string, CredentialSource>(),
            Narrower = narrower,
        });
        await fixture.StartEngineAsync();
        if (worker)
            fixture.AddWorker(cache: cache);
        return fixture;
    }

    public static WorkflowOptions Start(string id) => new(id, TaskQueue);

    public static CredentialOwner OwnerOf(string root) => new("acme", root, "alice");

    /// <summary>Puts a token into the vault, as an edge does.</summary>
    public Task<CredentialReference> SetAsync(string secret, string root, string? name = null, DateTimeOffset? expiresAt = null)
    {
        _secrets.Enqueue(secret);
        return Vault.SetAsync(new() { Owner = OwnerOf(root), Name = name ?? root, Value = new Secret(secret), Hosts = AllowedHosts.Parse([Api.Address.ToString()]), ExpiresAt = expiresAt });
    }

    /// <summary>A secret that is set elsewhere and must not be found either.</summary>
    public void IsSecret(string secret) => _secrets.Enqueue(secret);

    public async Task<T> AsAsync<T>(Principal principal, Func<Task<T>> act)
    {
        using (Principal.Use(principal))
            return await act();
    }

    public async Task AsAsync(Principal principal, Func<Task> act)
    {
        using (Principal.Use(principal))
            await act();
    }

    public Task<WorkflowHandle<NodeWorkflow>> StartTreeAsync(string id, NodePlan plan) =>
        AsAsync(Alice, () => Client.StartWorkflowAsync((NodeWorkflow wf) => wf.RunAsync(plan), Start(id)));

    public async Task<ApiTokenInfo> TokenOfAsync(string id) => await AsAsync(Alice, () => Client.GetWorkflowHandle(id).QueryAsync<ApiTokenInfo>(StatefulNames.ApiToken, []));

    public async Task<ApiTokenTree> TreeOfAsync(string id) => await AsAsync(Alice, () => Client.GetWorkflowHandle(id).QueryAsync<ApiTokenTree>(StatefulNames.ApiTokenTree, []));

    public async Task<ApiTokenReport> RotateAsync(string id, CredentialReference reference, Principal? by = null) =>
        await AsAsync(by ?? Alice, () => Client.GetWorkflowHandle(id).ExecuteUpdateAsync<ApiTokenReport>(StatefulNames.RotateApiToken, [ApiTokenRotation.To(reference)])).WithinLimit();

    public Task SignalAsync(string id, CredentialReference reference, Principal? by = null) =>
        AsAsync(by ?? Alice, () => Client.GetWorkflowHandle(id).SignalAsync(StatefulNames.ApiToken, [ApiTokenMessage.Of(reference)]));

    /// <summary>Waits until a workflow's query shows an epoch.</summary>
    public async Task<ApiTokenInfo> BecomesAsync(string id, Func<ApiTokenInfo, bool> condition)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var info = await TryTokenOfAsync(id);
            if (info is not null && condition(info))
                return info;
            if (watch.Elapsed > Eventually.Limit)
                throw new TimeoutException($"{id} shows {info}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Has a workflow's activity call the API, and says which token arrived there.</summary>
    public async Task<string> CallAsync(string id) =>
        await AsAsync(Alice, () => Client.GetWorkflowHandle<NodeWorkflow>(id).ExecuteUpdateAsync(wf => wf.CallAsync())).WithinLimit();

    public void AddWorker(int cache = 10_000, string taskQueue = TaskQueue, bool allowUnstated = false)
    {
        var options = Options(new(taskQueue) { MaxCachedWorkflows = cache, LoggerFactory = Loggers, MaxConcurrentWorkflowTasks = 100, DeadlockTimeout = TimeSpan.FromSeconds(30) }, allowUnstated);
        var worker = new TemporalWorker(new TemporalClient(_handler, new() { DataConverter = _converter, LoggerFactory = Loggers }), options);
        var stop = new CancellationTokenSource();
        _workers.Add((worker, stop, Task.Run(() => worker.ExecuteAsync(stop.Token))));
    }

    public async Task StopWorkersAsync()
    {
        foreach (var (worker, stop, run) in _workers)
        {
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(run);
            worker.Dispose();
            stop.Dispose();
        }

        _workers.Clear();
    }

    /// <summary>Ends the engine and starts it again on what it had written.</summary>
    public async Task RestartEngineAsync()
    {
        await _engine.DisposeAsync();
        await StartEngineAsync();
    }

    public async Task<IReadOnlyList<WorkflowHistory>> HistoriesAsync()
    {
        var histories = new List<WorkflowHistory>();
        await foreach (var execution in BareClient.ListWorkflowsAsync(""))
            histories.Add(await BareClient.GetWorkflowHandle(execution.Id, execution.RunId).FetchHistoryAsync());
        return histories;
    }

    /// <summary>Replays histories with the code that made them, or with a class that takes the place of one of the same name.</summary>
    public async Task<IReadOnlyList<WorkflowReplayResult>> ReplayAsync(IEnumerable<WorkflowHistory> histories, WorkflowDefinition? changed = null)
    {
        var worker = Options(new("replay"), allowUnstated: false);
        var options = new WorkflowReplayerOptions { Namespace = "default", Interceptors = worker.Interceptors, WorkflowFailureExceptionTypes = worker.WorkflowFailureExceptionTypes, DataConverter = _converter, LoggerFactory = Loggers };
        foreach (var workflow in worker.Workflows)
            options.AddWorkflow(workflow.Name == changed?.Name ? changed! : workflow);
        return await new WorkflowReplayer(options).ReplayWorkflowsAsync(histories, throwOnReplayFailure: false);
    }

    /// <summary>Everything that was written so far, by place.</summary>
    public async Task<IReadOnlyList<(string Place, byte[] Content)>> EverythingWrittenAsync(IReadOnlyList<WorkflowHistory> histories)
    {
        var places = new List<(string, byte[])>();
        foreach (var file in Directory.EnumerateFiles(_directory.Path, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("keys.json", StringComparison.Ordinal) && !Path.GetFileName(f).Contains("lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content);
            places.Add((Path.GetRelativePath(_directory.Path, file), content));
        }

        places.AddRange(histories.Select(h => ($"history of {h.Id}", Encoding.UTF8.GetBytes(h.ToJson()))));
        places.AddRange(histories.SelectMany(Compressed.In).Select(c => ("inflated", c)));
        places.Add(("logs", Encoding.UTF8.GetBytes(string.Join('\n', Loggers.Lines))));
        places.Add(("traces", Encoding.UTF8.GetBytes(Spans.Text())));
        await foreach (var execution in BareClient.ListWorkflowsAsync("ExecutionStatus = 'Running'").Take(Looks))
        {
            var described = await BareClient.GetWorkflowHandle(execution.Id).DescribeAsync();
            places.Add(($"description of {execution.Id}", Encoding.UTF8.GetBytes(described.RawDescription.ToString())));
            places.Add(($"memo of {execution.Id}", Encoding.UTF8.GetBytes(described.RawDescription.WorkflowExecutionInfo.Memo?.ToString() ?? "")));
            // Without a worker nobody answers.
            foreach (var query in _workers.Count == 0 ? [] : (string[])[StatefulNames.ApiToken, StatefulNames.ApiTokenTree, StatefulNames.ApiUrl, "__stack_trace", "__temporal_workflow_metadata"])
                places.Add(($"query {query} of {execution.Id}", Encoding.UTF8.GetBytes(await TryQueryAsync(execution.Id, query))));
        }

        return places;
    }

    public IReadOnlyList<string> Secrets => [.. _secrets];

    /// <summary>Replays every history that was made, and searches everything that was written. Done when the fixture is disposed, unless it was done before.</summary>
    /// <returns>How many histories there are.</returns>
    public async Task<int> CheckAsync()
    {
        _isChecked = true;
        var histories = await HistoriesAsync();
        foreach (var result in await ReplayAsync(histories))
            result.ReplayFailure.ShouldBeNull($"{result.History.Id} does not replay");
        var patterns = Secrets.Select(secret => new Scanning.ValuePattern(secret, secret)).ToList();
        foreach (var (place, content) in await EverythingWrittenAsync(histories))
        {
            foreach (var pattern in patterns)
                pattern.IsIn(content).ShouldBeFalse($"a secret is in {place}");
        }

        return histories.Count;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_isChecked)
                await CheckAsync();
        }
        finally
        {
            await StopWorkersAsync();
            await _engine.DisposeAsync();
            await Vault.DisposeAsync();
            if (Ledger is not null)
                await Ledger.DisposeAsync();
            await Api.DisposeAsync();
            _ring.Dispose();
            Spans.Dispose();
            _directory.Dispose();
        }
    }

    private async Task StartEngineAsync()
    {
        _engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = _directory.File("engine"), Limits = _limits, LoggerFactory = Loggers });
        _handler = _engine.Handler.Through(new SenderStage(Signer, _verifier).Wrap);
        Client = new(_engine.Handler, new TemporalClientOptions { DataConverter = _converter, LoggerFactory = Loggers }.AddIdentityPropagation(Signer));
        BareClient = new(_engine.Handler, new() { LoggerFactory = Loggers });
    }

    private TemporalWorkerOptions Options(TemporalWorkerOptions options, bool allowUnstated) => Configure(options
        .AddWorkflow<NodeWorkflow>()
        .AddWorkflow<RetriedWorkflow>()
        .AddWorkflow<OwnArgumentsWorkflow>()
        .AddWorkflow<CountingWorkflow>()
        .AddWorkflow<StrangerWorkflow>()
        .AddWorkflow<PlainWorkflow>()
        .AddWorkflow<MovingWorkflow>()
        .AddWorkflow<EndingWorkflow>()
        .AddWorkflow<GuardedWorkflow>()
        .AddWorkflow<CarelessWorkflow>()
        .AddWorkflow<WatchfulWorkflow>()
        .AddAllActivities(new CallActivities(Api.Client))
        .AddIdentityPropagation(_verifier)
        .AddStatefulWorkflows(new StatefulOptions
        {
            Authority = Authority(new VaultTokenAuthority(Vault, Ledger is null ? null : new AuditRecorder(Ledger, new()), family: new(Engine, _verifier, "default"))), AllowUnstatedWorkflows = allowUnstated, Time = ActivityTime, LoggerFactory = Loggers,
        }));

    private async Task<ApiTokenInfo?> TryTokenOfAsync(string id)
    {
        try
        {
            return await TokenOfAsync(id);
        }
        catch (Exception e) when (e is RpcException or WorkflowQueryFailedException)
        {
            return null;
        }
    }

    private async Task<string> TryQueryAsync(string id, string query)
    {
        try
        {
            return (await AsAsync(Alice, () => Client.GetWorkflowHandle(id).QueryAsync<object?>(query, [])))?.ToString() ?? "";
        }
        catch (Exception e) when (e is RpcException or WorkflowQueryFailedException)
        {
            return e.ToString();
        }
    }
}
