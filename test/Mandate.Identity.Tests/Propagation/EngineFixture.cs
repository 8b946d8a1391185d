using Mandate.Engine;
using Mandate.Temporal.Client;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Worker;
using Mandate.Testing;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>An engine, a client that stamps, and workers that enforce.</summary>
internal sealed class EngineFixture : IAsyncDisposable
{
    public const string TaskQueue = "identity";

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _workers = [];
    private EmbeddedEngine _engine = null!;

    public EnvelopeFixture Envelopes { get; } = EnvelopeFixture.Create();

    public RecordingLoggers Loggers { get; } = new();

    /// <summary>Stamps with the current principal.</summary>
    public TemporalClient Client { get; private set; } = null!;

    /// <summary>Stamps nothing, as Temporal's own tools.</summary>
    public TemporalClient BareClient { get; private set; } = null!;

    public static async Task<EngineFixture> StartAsync(Func<IdentityPropagationOptions, IdentityPropagationOptions>? options = null, bool worker = true)
    {
        var fixture = new EngineFixture();
        fixture._engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = fixture._directory.File("engine") });
        fixture.Client = new(fixture._engine.Handler, new TemporalClientOptions().AddIdentityPropagation(fixture.Envelopes.Signer));
        fixture.BareClient = new(fixture._engine.Handler, new() { LoggerFactory = fixture.Loggers });
        if (worker)
            fixture.AddWorker(options);
        return fixture;
    }

    /// <summary>A client that sends the headers it likes.</summary>
    public TemporalClient ClientWithHeaders(Func<string, string> principal) => new(_engine.Handler, new()
    {
        Interceptors = [new HeaderInterceptor(id => new Dictionary<string, Protocol.Api.Common.V1.Payload> { [IdentityHeaders.Principal] = Identity.Propagation.HeaderPayload.Write(principal(id)) })],
    });

    public void AddWorker(
        Func<IdentityPropagationOptions, IdentityPropagationOptions>? options = null, IReadOnlyList<IWorkerInterceptor>? inside = null, bool identity = true, int cache = 1_000)
    {
        var propagation = new IdentityPropagationOptions { Verifier = Envelopes.Verifier, LoggerFactory = Loggers };
        var workerOptions = new TemporalWorkerOptions(TaskQueue) { MaxCachedWorkflows = cache, DeadlockTimeout = TimeSpan.FromSeconds(30), Interceptors = inside ?? [] }
            .AddWorkflow<TreeWorkflow>()
            .AddWorkflow<ContinuingWorkflow>()
            .AddWorkflow<RetryingWorkflow>()
            .AddWorkflow<ApprovalWorkflow>()
            .AddWorkflow<NotifyingWorkflow>()
            .AddWorkflow<BareWorkflow>()
            .AddWorkflow<AskedWorkflow>()
            .AddWorkflow<AddingWorkflow>()
            .AddAllActivities(typeof(WhoActivities), instance: null);
        if (identity)
            workerOptions.AddIdentityPropagation(options?.Invoke(propagation) ?? propagation);
        var worker = new TemporalWorker(BareClient, workerOptions);
        _workers.Add(Task.Run(async () =>
        {
            using (worker)
                await worker.ExecuteAsync(_stop.Token);
        }));
    }

    public static WorkflowOptions Start(string id) => new(id, TaskQueue);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var worker in _workers)
            await Should.ThrowAsync<OperationCanceledException>(worker);
        await _engine.DisposeAsync();
        _stop.Dispose();
        Envelopes.Dispose();
        _directory.Dispose();
    }
}
