using Mandate.Protocol.Conversion;
using Mandate.Temporal.Client;
using Mandate.Temporal.Interceptors;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker;

/// <summary>What the parts of one worker share.</summary>
internal sealed class WorkerContext
{
    internal WorkerContext(ITemporalClient client, TemporalWorkerOptions options)
    {
        Client = client;
        Options = options;
        Calls = RpcCaller.Of(client);
        InProcess = client is TemporalClient { InProcess: true };
        Identity = options.Identity ?? client.Options.Identity;
        LoggerFactory = options.LoggerFactory ?? client.Options.LoggerFactory;
        Logger = LoggerFactory.CreateLogger("Mandate.Temporal.Worker");
        Interceptors = [.. client.Options.Interceptors.OfType<IWorkerInterceptor>(), .. options.Interceptors];
    }

    internal ITemporalClient Client { get; }

    internal TemporalWorkerOptions Options { get; }

    internal RpcCaller Calls { get; }

    internal bool InProcess { get; }

    internal string Namespace => Client.Options.Namespace;

    internal string TaskQueue => Options.TaskQueue!;

    internal string Identity { get; }

    /// <summary>Names this instance of the worker, however many run in the process.</summary>
#pragma warning disable RS0030 // Names the worker process, not a run.
    internal string InstanceKey { get; } = Guid.NewGuid().ToString("N");
#pragma warning restore RS0030

    internal DataConverter DataConverter => Client.Options.DataConverter;

    internal TimeProvider TimeProvider => Client.Options.TimeProvider;

    internal ILoggerFactory LoggerFactory { get; }

    internal ILogger Logger { get; }

    /// <summary>Cancelled when the worker begins to stop.</summary>
    internal CancellationToken Stopping { get; set; }

    /// <summary>Cancelled when the grace period of a worker that stops is over.</summary>
    internal CancellationToken Stopped { get; set; }

    /// <summary>Outermost first: the client's, then the worker's.</summary>
    internal IReadOnlyList<IWorkerInterceptor> Interceptors { get; }
}
