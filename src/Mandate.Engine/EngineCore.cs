using Mandate.Engine.History;
using Mandate.Engine.Matching;
using Mandate.Engine.Skipping;
using Mandate.Engine.Storage;
using Mandate.Engine.Timers;
using Mandate.Engine.Visibility;
using Microsoft.Extensions.Logging;

namespace Mandate.Engine;

/// <summary>The parts of one engine, for those who decide.</summary>
internal sealed class EngineCore
{
    private long _lastRunKey;
    private int _openRuns;

    public EngineCore(EngineOptions options, Store store)
    {
        Options = options;
        Store = store;
        Log = options.LoggerFactory.CreateLogger("Mandate.Engine");
        Memory = new(options.Limits.MaxRunMemoryBytes);
        Timers = new(options.TimeProvider, Work);
        Waits = new(options.TimeProvider, Work);
        Matcher = new(options.TimeProvider, Waits, options);
        Namespaces = new(store, options);
        Chains = new(this);
        Messenger = new(this);
        Queries = new(this);
        Visibility = new(this);
        Retention = new(this);
        TimeSkipper.Attach(this);
        _lastRunKey = store.Read(static r => r.LargestRunKey());
    }

    public EngineOptions Options { get; }

    public EngineLimits Limits => Options.Limits;

    public Store Store { get; }

    public ILogger Log { get; }

    public RunMemory Memory { get; }

    /// <summary>What is due for runs.</summary>
    public TimerQueue Timers { get; }

    /// <summary>What is due for callers and for the engine itself: ends of polls, repetitions, sweeps. No reason to set a clock forward.</summary>
    public TimerQueue Waits { get; }

    public WorkCount Work { get; } = new();

    public Matcher Matcher { get; }

    public NamespaceDirectory Namespaces { get; }

    public ChainDirectory Chains { get; }

    public Messenger Messenger { get; }

    public QueryDispatcher Queries { get; }

    public VisibilityReader Visibility { get; }

    public RetentionSweep Retention { get; }

    public DateTimeOffset Now => Options.TimeProvider.GetUtcNow();

    /// <summary>Runs open now.</summary>
    public int OpenRuns => Volatile.Read(ref _openRuns);

    public long NextRunKey() => Interlocked.Increment(ref _lastRunKey);

    public void RunOpened() => Interlocked.Increment(ref _openRuns);

    public void RunClosed() => Interlocked.Decrement(ref _openRuns);
}
