using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Temporal.Client;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Worker.Activities;
using Mandate.Temporal.Worker.Polling;

namespace Mandate.Temporal.Worker;

/// <summary>Runs workflows and activities of one task queue.</summary>
/// <remarks>
/// <para>
/// Stopping, by the token given to <see cref="ExecuteAsync(CancellationToken)"/>: no further polls, activities hear of it by
/// <see cref="Temporal.Activities.ActivityExecutionContext.WorkerShutdownToken"/>, after <see cref="TemporalWorkerOptions.GracefulShutdownTimeout"/> they are cancelled, the server is told, and
/// everything that was begun is ended before the method returns.
/// </para>
/// </remarks>
public sealed class TemporalWorker : IDisposable
{
    private static readonly TimeSpan ShutdownNoticeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollsEndTimeout = TimeSpan.FromSeconds(5);

    private readonly WorkerContext _context;
    private readonly WorkflowWorker? _workflows;
    private readonly ActivityWorker? _activities;
    private int _executed;
    private bool _serverEndsPolls;

    /// <summary>Creates the worker; it does nothing before it is executed.</summary>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public TemporalWorker(ITemporalClient client, TemporalWorkerOptions options)
    {
        options.Validate([.. client.Options.Interceptors.OfType<IWorkerInterceptor>(), .. options.Interceptors]);
        Client = client;
        Options = options;
        _context = new(client, options);
        _activities = options.Activities.Count > 0 ? new(_context) : null;
        var eager = options is { EagerActivityExecution: true, MaxTaskQueueActivitiesPerSecond: null } ? _activities?.Eager : null;
        _workflows = options.Workflows.Count > 0 ? new(_context, eager) : null;
    }

    /// <summary>The client.</summary>
    public ITemporalClient Client { get; }

    /// <summary>The options. Changes after the worker was made have no effect.</summary>
    public TemporalWorkerOptions Options { get; }

    internal WorkflowWorker? Workflows => _workflows;

    /// <summary>Runs until it is asked to stop, then ends what was begun.</summary>
    /// <param name="stoppingToken">Asks the worker to stop.</param>
    /// <exception cref="InvalidOperationException">The worker has been executed already.</exception>
    /// <exception cref="RpcException">The server refuses this worker, such as for a namespace that does not exist.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop, and has.</exception>
    public async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await RunAsync(stoppingToken).ConfigureAwait(false);
        stoppingToken.ThrowIfCancellationRequested();
    }

    /// <summary>Runs until a function has ended, then ends what was begun.</summary>
    /// <param name="untilComplete">What the worker is there for.</param>
    /// <param name="stoppingToken">Asks the worker to stop before.</param>
    /// <inheritdoc cref="ExecuteAsync(CancellationToken)"/>
    public Task ExecuteAsync(Func<Task> untilComplete, CancellationToken stoppingToken = default) => ExecuteAsync(
        async () =>
        {
            await untilComplete().ConfigureAwait(false);
            return true;
        },
        stoppingToken);

    /// <summary>Runs until a function has ended, then ends what was begun.</summary>
    /// <returns>What the function returned.</returns>
    /// <inheritdoc cref="ExecuteAsync(Func{Task}, CancellationToken)"/>
    public async Task<TResult> ExecuteAsync<TResult>(Func<Task<TResult>> untilComplete, CancellationToken stoppingToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var worker = RunAsync(stop.Token);
        var user = untilComplete();
        await Task.WhenAny(worker, user).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await worker.ConfigureAwait(false);
        stoppingToken.ThrowIfCancellationRequested();
        return await user.ConfigureAwait(false);
    }

    /// <summary>Frees what the worker holds.</summary>
    public void Dispose()
    {
        _workflows?.Dispose();
        _activities?.Dispose();
    }

    /// <summary>Runs until asked to stop; returns without an error then.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        if (Interlocked.Exchange(ref _executed, 1) != 0)
            throw new InvalidOperationException("A worker can be executed once. Make a new one.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var abort = new CancellationTokenSource();
        using var stopped = new CancellationTokenSource();
        _context.Stopping = stop.Token;
        _context.Stopped = stopped.Token;
        var loops = Task.CompletedTask;
        try
        {
            await CheckNamespaceAsync(stop.Token).ConfigureAwait(false);
            WorkerLog.Started(_context.Logger, _context.TaskQueue, _context.Namespace, _context.Identity, Options.Workflows.Count, Options.Activities.Count);
            loops = RunLoopsAsync(stop.Token, abort.Token);
            await WhenStoppedAsync(loops, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ShutDownAsync(loops, abort, stopped).ConfigureAwait(false);
        }

        await loops.ConfigureAwait(false);
    }

    private static async Task WhenStoppedAsync(Task loops, CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stop.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), stopped);
        await Task.WhenAny(loops, stopped.Task).ConfigureAwait(false);
    }

    private async Task CheckNamespaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var response = await _context.Calls.CallAsync<DescribeNamespaceResponse>(
                new DescribeNamespaceRequest { Namespace = _context.Namespace }, cancellationToken: cancellationToken).ConfigureAwait(false);
            _serverEndsPolls = response.NamespaceInfo?.Capabilities?.WorkerPollCompleteOnShutdown == true;
        }
        catch (RpcException e) when (e.Code == RpcStatusCode.Unimplemented)
        {
            // A server too small to describe namespaces; the polls will tell.
        }
    }

    private Task RunLoopsAsync(CancellationToken stop, CancellationToken abort)
    {
        var loops = new List<Task>(2);
        if (_workflows is not null)
            loops.Add(_workflows.RunAsync(stop, abort));
        if (_activities is not null)
            loops.Add(_activities.RunAsync(stop, abort));
        return LoopTasks.WhenAllOrFirstErrorAsync(loops);
    }

    private async Task ShutDownAsync(Task loops, CancellationTokenSource abort, CancellationTokenSource stopped)
    {
        WorkerLog.Stopping(_context.Logger, _context.TaskQueue);
        var grace = _context.TimeProvider.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), stopped, Options.GracefulShutdownTimeout, Timeout.InfiniteTimeSpan);
        await using var _ = grace.ConfigureAwait(false);
        if (await NotifyShutdownAsync().ConfigureAwait(false) && _serverEndsPolls)
        {
            // A poll that is given up may take a task with it; one that the server ends does not.
            using var inTime = new CancellationTokenSource();
            await Task.WhenAny(loops, Task.Delay(PollsEndTimeout, _context.TimeProvider, inTime.Token)).ConfigureAwait(false);
            await inTime.CancelAsync().ConfigureAwait(false);
        }

        await abort.CancelAsync().ConfigureAwait(false);
        try
        {
            await loops.ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // Reported by the caller, once everything has ended.
        }

        // Workflow tasks first: their answers may bring activities.
        if (_workflows is not null)
            await _workflows.DrainAsync().ConfigureAwait(false);
        if (_activities is not null)
            await _activities.DrainAsync().ConfigureAwait(false);
        WorkerLog.Stopped(_context.Logger, _context.TaskQueue);
    }

    /// <summary>Tells the server, which then ends the worker's polls and sends its cached runs elsewhere at once.</summary>
    private async Task<bool> NotifyShutdownAsync()
    {
        try
        {
            await _context.Calls.CallAsync<ShutdownWorkerResponse>(
                new ShutdownWorkerRequest
                {
                    Namespace = _context.Namespace,
                    StickyTaskQueue = _workflows?.StickyQueue ?? "",
                    TaskQueue = _context.TaskQueue,
                    Identity = _context.Identity,
                    WorkerInstanceKey = _context.InstanceKey,
                    Reason = "graceful shutdown",
                },
                new RpcOptions { Retry = false, Timeout = ShutdownNoticeTimeout }).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException)
        {
            WorkerLog.ShutdownNotTold(_context.Logger, _context.TaskQueue, e.Message);
            return false;
        }
    }
}
