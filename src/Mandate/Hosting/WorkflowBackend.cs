using Mandate.Auditing;
using Mandate.Configuration;
using Mandate.Engine;
using Mandate.Executions;
using Mandate.Protocol;
using Mandate.Protocol.Grpc;

namespace Mandate.Hosting;

/// <summary>What runs workflows: the embedded engine with its listener, or a channel to a cluster.</summary>
internal sealed class WorkflowBackend : IAsyncDisposable
{
    private readonly IAsyncDisposable _backend;
    private const long Mebibyte = 1024 * 1024;

    private GrpcListener? _listener;

    private WorkflowBackend(IAsyncDisposable backend, WorkflowConnection connection)
    {
        _backend = backend;
        Connection = connection;
    }

    /// <summary>How to reach it from this process.</summary>
    public WorkflowConnection Connection { get; }

    /// <summary>Where workers and clients in other processes reach it, <c>host:port</c>; null when the listener is off and on a cluster.</summary>
    public string? GrpcAddress => _listener?.Address;

    /// <summary>Starts the engine, or prepares the channel to the cluster, whose answer is not waited for: readiness tells whether it is there.</summary>
    /// <exception cref="EngineStoreLockedException">Another process has the store.</exception>
    /// <exception cref="EngineStoreException">The store cannot be used.</exception>
    public static async Task<WorkflowBackend> StartAsync(MandateOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (options.Temporal.Address is { } address)
        {
            var authentication = WorkerAuthenticationFactory.Create(options.WorkerAuthentication, loggers);
            var channel = new GrpcChannel(ClusterChannel.Configure(new GrpcChannelOptions { Target = address, LoggerFactory = loggers }, options.Temporal, authentication));
            return new(channel, new(channel.Handler, options.Temporal.Namespace, $"cluster {address}") { Authentication = authentication });
        }

        var engine = await EmbeddedEngine.StartAsync(
            new EngineOptions
            {
                DataDirectory = Path.Combine(options.DataDirectory, "engine"),
                Namespaces = [options.Temporal.Namespace],
                Retention = options.Engine.Retention,
                SearchAttributes = options.Engine.SearchAttributes.Select(s => SearchAttributeSetting.Parse(s, out _)!).ToDictionary(a => a.Name, a => a.Type, StringComparer.Ordinal),
                Limits = Limits(options.Engine),
                LoggerFactory = loggers,
            },
            cancellation);
        return new(engine, new(engine.Handler, options.Temporal.Namespace, "embedded engine"));
    }

    /// <summary>Begins to prove this program to the cluster, where that is set, and to record how that goes.</summary>
    public void Authenticate(NoticedEvents events)
    {
        if (Connection.Authentication is not { } authentication)
            return;
        WorkerAuthenticationAudit.Follow(authentication, events);
        authentication.Start();
    }

    /// <summary>Lets workers and clients in other processes reach <paramref name="handler"/>, which stands in front of it.</summary>
    /// <exception cref="IOException">The address cannot be listened on, or a certificate cannot be read.</exception>
    public async Task ListenAsync(MandateOptions options, RpcHandler handler, ILoggerFactory loggers, CancellationToken cancellation) =>
        _listener = await GrpcListener.StartAsync(handler, ListenerSettings.Of(options, loggers), cancellation);

    private static EngineLimits Limits(EngineSettings settings)
    {
        var limits = new EngineLimits { MaxOpenRuns = settings.MaxOpenRuns };
        return settings.MaxRunMemory is { } memory ? limits with { MaxRunMemoryBytes = memory * Mebibyte } : limits;
    }

    /// <summary>Stops to listen, then stops the engine.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_listener is not null)
            await _listener.DisposeAsync();
        await _backend.DisposeAsync();
        if (Connection.Authentication is { } authentication)
            await authentication.DisposeAsync();
    }
}
