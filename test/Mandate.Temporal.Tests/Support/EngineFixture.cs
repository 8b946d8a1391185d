using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Mandate.Engine;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Grpc;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Worker;
using Mandate.Testing;

namespace Mandate.Temporal.Tests.Support;

/// <summary>An embedded engine with its gRPC listener, for the tests of one class.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit disposes by IAsyncLifetime.")]
public sealed class EngineFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private GrpcListener _listener = null!;

    public EmbeddedEngine Engine { get; private set; } = null!;

    /// <summary>The clock of the engine, and of clients that are not given another.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    public async Task InitializeAsync()
    {
        Engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = _directory.Path, TimeProvider = Clock });
        _listener = await GrpcListener.StartAsync(Engine.Handler, new() { ListenOn = new(IPAddress.Loopback, 0) }, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _listener.DisposeAsync();
        await Engine.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>
    /// Runs a worker on a task queue of its own while <paramref name="body"/> runs, then replays the history of every workflow the client has started, and their children's.
    /// </summary>
    internal async Task RunAsync(
        Transport transport,
        Action<TemporalWorkerOptions> worker,
        Func<TemporalClient, string, Task> body,
        DataConverter? converter = null,
        IReadOnlyCollection<IClientInterceptor>? interceptors = null)
    {
        var queue = Guid.NewGuid().ToString();
        var started = new StartedWorkflows();
        await using var client = Connect(transport, new()
        {
            DataConverter = converter ?? DataConverter.Default,
            Interceptors = [.. interceptors ?? [], started],
            TimeProvider = Clock,
        });
        // On a busy machine a step may take its time; tests of the deadlock watch set their own.
        var options = new TemporalWorkerOptions(queue) { DeadlockTimeout = TimeSpan.FromSeconds(30) };
        worker(options);
        using var running = new TemporalWorker(client, options);
        await running.ExecuteAsync(() => body(client, queue)).WaitAsync(Eventually.Limit);
        await ReplayAsync(client, options, started);
    }

    internal TemporalClient Connect(Transport transport, TemporalClientOptions? options = null)
    {
        options ??= new() { TimeProvider = Clock };
        return transport == Transport.InProcess
            ? new TemporalClient(Engine.Handler, options)
            : TemporalClient.CreateLazy(new TemporalClientConnectOptions(_listener.Address) { DataConverter = options.DataConverter, Interceptors = options.Interceptors, TimeProvider = options.TimeProvider });
    }

    private static async Task ReplayAsync(TemporalClient client, TemporalWorkerOptions options, StartedWorkflows started)
    {
        if (options.Workflows.Count == 0)
            return;
        var replayerOptions = new WorkflowReplayerOptions
        {
            DataConverter = client.Options.DataConverter,
            Interceptors = [.. client.Options.Interceptors.OfType<IWorkerInterceptor>()],
            WorkflowFailureExceptionTypes = options.WorkflowFailureExceptionTypes,
        };
        foreach (var workflow in options.Workflows)
            replayerOptions.AddWorkflow(workflow);
        var replayer = new WorkflowReplayer(replayerOptions);
        foreach (var (id, runId) in started.All)
        {
            var history = await client.GetWorkflowHandle(id, runId).FetchHistoryAsync();
            if (started.Replayable(id))
                await replayer.ReplayWorkflowAsync(history);
        }
    }

    /// <summary>Remembers what was started.</summary>
    private sealed class StartedWorkflows : IClientInterceptor
    {
        private readonly ConcurrentQueue<(string Id, string? RunId)> _all = new();

        internal IEnumerable<(string Id, string? RunId)> All => _all;

        internal bool Replayable(string id) => !id.StartsWith("broken-", StringComparison.Ordinal);

        public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new Outbound(this, nextInterceptor);

        private sealed class Outbound(StartedWorkflows owner, ClientOutboundInterceptor next) : ClientOutboundInterceptor(next)
        {
            public override async Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input)
            {
                var handle = await base.StartWorkflowAsync<TWorkflow, TResult>(input);
                owner._all.Enqueue((handle.Id, handle.ResultRunId));
                return handle;
            }
        }
    }
}
