using Mandate.Engine;
using Mandate.Temporal.Client;

namespace Mandate.Temporal.Testing;

/// <summary>
/// Where tests run workflows: a client, and an engine behind it. <see cref="StartTimeSkippingAsync"/> is for tests of workflows: offline, in the process, and with a clock that jumps over timers.
/// Workers are created with <see cref="Client"/>.
/// </summary>
/// <example>
/// <code>
/// await using var env = await WorkflowEnvironment.StartTimeSkippingAsync();
/// using var worker = new TemporalWorker(env.Client, new TemporalWorkerOptions("orders").AddWorkflow&lt;OrderWorkflow&gt;());
/// var result = await worker.ExecuteAsync(() => env.Client.ExecuteWorkflowAsync((OrderWorkflow wf) => wf.RunAsync(), new("order-1", "orders")));
/// </code>
/// </example>
public sealed class WorkflowEnvironment : IAsyncDisposable
{
    private readonly TestEngine? _engine;
    private readonly SkippingClock? _clock;
    private int _skippingDisabled;

    /// <summary>An environment on a server that is there already. Its time cannot be skipped; disposing leaves the client and the server as they are.</summary>
    /// <param name="client">The client.</param>
    public WorkflowEnvironment(ITemporalClient client) => Client = client;

    private WorkflowEnvironment(TemporalClient client, TestEngine engine, SkippingClock? clock)
    {
        Client = client;
        _engine = engine;
        _clock = clock;
    }

    /// <summary>The client of the environment, for tests and workers.</summary>
    public ITemporalClient Client { get; }

    /// <summary>Whether the clock of this environment can jump.</summary>
    public bool SupportsTimeSkipping => _clock is not null;

    /// <summary>Where the engine's store is while the environment runs; null for an environment without an engine of its own.</summary>
    public string? DataDirectory => _engine?.Directory;

    /// <summary>Starts an engine in the process, on the clock of the options. Its store is a temporary directory unless the options name one.</summary>
    public static async Task<WorkflowEnvironment> StartLocalAsync(WorkflowEnvironmentStartLocalOptions? options = null)
    {
        options ??= new();
        var engine = await TestEngine.StartAsync(options, options.TimeProvider, options.DataDirectory).ConfigureAwait(false);
        return new(new TemporalClient(engine.Handler, options), engine, clock: null);
    }

    /// <summary>
    /// Starts an engine in the process whose clock jumps ahead while somebody waits for the result of an open workflow, or in <see cref="DelayAsync(TimeSpan, CancellationToken)"/>, and no
    /// workflow task and no activity waits or runs: to the next timer, end of a back-off, start by cron, or time-out. In between, while an activity runs for instance, time goes on as usual. The store is
    /// a temporary directory, removed at the end; closed workflows are kept until then.
    /// </summary>
    public static async Task<WorkflowEnvironment> StartTimeSkippingAsync(WorkflowEnvironmentStartTimeSkippingOptions? options = null)
    {
        var clock = new SkippingClock();
        options = (options ?? new()) with { TimeProvider = clock };
        var engine = await TestEngine.StartAsync(options, clock, directory: null).ConfigureAwait(false);
        return new(new TemporalClient(engine.Handler, options), engine, clock);
    }

    /// <summary>Waits until so much of the environment's time has passed; where time can be skipped, no longer than the workflows need to act on what falls due.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return _clock is { } clock ? clock.DelayAsync(delay, cancellationToken) : Task.Delay(delay, Client.Options.TimeProvider, cancellationToken);
    }

    /// <inheritdoc cref="DelayAsync(TimeSpan, CancellationToken)"/>
    /// <param name="milliseconds">How long, in milliseconds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task DelayAsync(int milliseconds, CancellationToken cancellationToken = default) => DelayAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    /// <summary>The time of the environment, UTC. Activities that depend on the time take a <see cref="TimeProvider"/>: the client's options have the environment's.</summary>
    public Task<DateTime> GetCurrentTimeAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Client.Options.TimeProvider.GetUtcNow().UtcDateTime);
    }

    /// <summary>Runs <paramref name="action"/> while waiting for results does not skip time. Delays of the environment still do.</summary>
    public void WithAutoTimeSkippingDisabled(Action action) => WithAutoTimeSkippingDisabled(() =>
    {
        action();
        return true;
    });

    /// <inheritdoc cref="WithAutoTimeSkippingDisabled(Action)"/>
    public T WithAutoTimeSkippingDisabled<T>(Func<T> func)
    {
        DisableSkipping();
        try
        {
            return func();
        }
        finally
        {
            EnableSkipping();
        }
    }

    /// <inheritdoc cref="WithAutoTimeSkippingDisabled(Action)"/>
    public async Task WithAutoTimeSkippingDisabled(Func<Task> func)
    {
        DisableSkipping();
        try
        {
            await func().ConfigureAwait(false);
        }
        finally
        {
            EnableSkipping();
        }
    }

    /// <inheritdoc cref="WithAutoTimeSkippingDisabled(Action)"/>
    public async Task<T> WithAutoTimeSkippingDisabled<T>(Func<Task<T>> func)
    {
        DisableSkipping();
        try
        {
            return await func().ConfigureAwait(false);
        }
        finally
        {
            EnableSkipping();
        }
    }

    /// <summary>Stops the environment's engine and removes its temporary store. Stop workers first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync().ConfigureAwait(false);
    }

    private void DisableSkipping()
    {
        if (Interlocked.Increment(ref _skippingDisabled) == 1 && _clock is { } clock)
            clock.SkipsForResults = false;
    }

    private void EnableSkipping()
    {
        if (Interlocked.Decrement(ref _skippingDisabled) == 0 && _clock is { } clock)
            clock.SkipsForResults = true;
    }
}
