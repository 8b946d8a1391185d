using Mandate.Configuration;
using Mandate.Identity;
using Mandate.Identity.Propagation;
using Mandate.Stateful;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;

namespace Mandate.Workers;

/// <summary>Runs users' worker assemblies: one worker a task queue, each with identity propagation, so that no workflow or activity runs for nobody.</summary>
internal sealed partial class WorkerHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ServiceProvider? _services;
    private readonly IReadOnlyList<TemporalWorker> _workers;
    private readonly ILogger _logger;

    private WorkerHost(ServiceProvider? services, IReadOnlyList<TemporalWorker> workers, IReadOnlyList<(string Type, string TaskQueue)> workflows, ILogger logger)
    {
        _services = services;
        _workers = workers;
        _logger = logger;
        Workflows = workflows;
        Completion = Task.WhenAll(workers.Select(RunAsync));
    }

    /// <summary>Workflow types that are run here, and on which task queue.</summary>
    public IReadOnlyList<(string Type, string TaskQueue)> Workflows { get; }

    /// <summary>Ends when the workers have ended; fails when one failed for good.</summary>
    public Task Completion { get; }

    /// <summary>Loads the assemblies and starts to poll.</summary>
    /// <exception cref="ConfigurationException">An assembly cannot be loaded, or what it holds cannot be run.</exception>
    public static WorkerHost Start(MandateOptions options, ITemporalClient client, PrincipalVerifier verifier, PrincipalSigner? signer, IApiTokenAuthority authority, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<WorkerHost>();
        // Most services run their workers elsewhere: then nothing of this is even loaded.
        if (options.Workers.Count == 0)
            return new(null, [], [], logger);
        var services = WorkerServices.Build(options, signer, loggers);
        var queues = options.Workers.Select((worker, i) => (Index: i, Options: worker)).GroupBy(w => w.Options.TaskQueue!, StringComparer.Ordinal);
        var identity = new IdentityWorkerInterceptor(new IdentityPropagationOptions
        {
            Verifier = verifier,
            AllowSystemPrincipal = options.Identity.AllowSystemPrincipal is { } system ? new Principal(system.User!, system.Tenant!) : null,
            AllowUnsignedMessages = options.Identity.AllowUnsignedMessages,
            LoggerFactory = loggers,
        });
        var definitions = queues.Select(queue => Define(queue.Key, [.. queue], identity, authority, services, loggers)).ToArray();
        return new(
            services,
            [.. definitions.Select(d => new TemporalWorker(client, d))],
            [.. definitions.SelectMany(d => d.Workflows.Where(w => w.Name is not null).Select(w => (w.Name!, d.TaskQueue!)))],
            logger);
    }

    /// <summary>Stops to poll, lets what runs finish within its grace, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await Completion;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It was logged when it happened; here the program ends anyway.
            LogEnded(e);
        }

        foreach (var worker in _workers)
            worker.Dispose();
        if (_services is not null)
            await _services.DisposeAsync();
        _stop.Dispose();
    }

    private static TemporalWorkerOptions Define(
        string taskQueue, IReadOnlyList<(int Index, WorkerOptions Options)> parts, IdentityWorkerInterceptor identity, IApiTokenAuthority authority, IServiceProvider services, ILoggerFactory loggers)
    {
        // Several assemblies on one queue are one worker, with the limits of the first.
        var limits = parts[0].Options;
        var worker = new TemporalWorkerOptions(taskQueue)
        {
            Interceptors = [new TraceInterceptor(), identity],
            LoggerFactory = loggers,
            MaxConcurrentActivities = limits.MaxConcurrentActivities,
            MaxConcurrentWorkflowTasks = limits.MaxConcurrentWorkflowTasks,
            StickyQueueScheduleToStartTimeout = limits.StickyTimeout,
            GracefulShutdownTimeout = limits.ShutdownGrace,
        };
        worker.AddStatefulWorkflows(new StatefulOptions { Authority = authority, LoggerFactory = loggers });
        foreach (var (index, options) in parts)
        {
            var assembly = WorkerAssembly.Load(index, options);
            try
            {
                foreach (var workflow in assembly.Workflows)
                    worker.AddWorkflow(workflow);
                foreach (var type in assembly.ActivityClasses)
                    worker.AddAllActivities(type, type is { IsAbstract: true, IsSealed: true } ? null : ActivatorUtilities.CreateInstance(services, type));
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                throw new ConfigurationException($"Mandate:Workers:{index}:Assembly '{options.Assembly}' cannot be run: {e.Message}");
            }
        }

        return worker;
    }

    private async Task RunAsync(TemporalWorker worker)
    {
        try
        {
            LogStarted(worker.Options.TaskQueue!, worker.Options.Workflows.Count, worker.Options.Activities.Count);
            await worker.ExecuteAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
        catch (Exception e)
        {
            LogFailed(e, worker.Options.TaskQueue!);
            throw;
        }
    }

    [LoggerMessage(EventId = 1, EventName = "WorkerStarted", Level = LogLevel.Information, Message = "Worker of task queue '{TaskQueue}' runs {Workflows} workflow types and {Activities} activities")]
    private partial void LogStarted(string taskQueue, int workflows, int activities);

    [LoggerMessage(EventId = 2, EventName = "WorkerFailed", Level = LogLevel.Critical, Message = "The worker of task queue '{TaskQueue}' failed and has ended")]
    private partial void LogFailed(Exception error, string taskQueue);

    [LoggerMessage(EventId = 3, EventName = "WorkerEnded", Level = LogLevel.Debug, Message = "A worker had failed before the program was stopped")]
    private partial void LogEnded(Exception error);
}
