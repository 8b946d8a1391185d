namespace Mandate.Engine;

/// <summary>Bounds that keep one caller from exhausting the engine. Exceeding one is an error that names it.</summary>
public sealed record EngineLimits
{
    /// <summary>Longest id, type or name, in characters. Default 1,000, as Temporal's.</summary>
    public int MaxIdLength { get; init; } = 1_000;

    /// <summary>Largest input, result, details or failure of one call or command, in bytes. Default 2 MiB, as Temporal's.</summary>
    public int MaxBlobBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Largest memo of a run, in bytes. Default 2 MiB.</summary>
    public int MaxMemoBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Events after which a run is ended. Default 51,200, as Temporal's.</summary>
    public int MaxHistoryEvents { get; init; } = 51_200;

    /// <summary>History bytes after which a run is ended. Default 50 MiB, as Temporal's.</summary>
    public long MaxHistoryBytes { get; init; } = 50L * 1024 * 1024;

    /// <summary>Events from which on workers are advised to continue as new. Default 4,096, as Temporal's.</summary>
    public int SuggestContinueAsNewEvents { get; init; } = 4_096;

    /// <summary>History bytes from which on workers are advised to continue as new. Default 4 MiB, as Temporal's.</summary>
    public long SuggestContinueAsNewBytes { get; init; } = 4L * 1024 * 1024;

    /// <summary>Pending activities, and pending children, external signals and external cancels, each, of one run. Default 10,000.</summary>
    public int MaxPendingPerRun { get; init; } = 10_000;

    /// <summary>Updates a run has in flight. Default 10, as Temporal's.</summary>
    public int MaxUpdatesInFlight { get; init; } = 10;

    /// <summary>Runs open at a time in the whole engine. Default 200,000.</summary>
    public int MaxOpenRuns { get; init; } = 200_000;

    /// <summary>
    /// Memory that runs may take, in bytes, as estimated from their events. Above it new starts and signals are turned away; from half of it on, runs that have ended are not kept in memory. Default: half
    /// of what the process may use.
    /// </summary>
    public long MaxRunMemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>Polls waiting at a time in the whole engine. Default 20,000.</summary>
    public int MaxWaitingPolls { get; init; } = 20_000;

    /// <summary>Bytes waiting to be written before new starts and signals are turned away. Default: an eighth of what the process may use, but at most 256 MiB.</summary>
    public long MaxQueuedBytes { get; init; } = Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8, 256L * 1024 * 1024);

    /// <summary>Size the store's file may grow to; null (the default) leaves it to the device. When it is reached, nothing more is acknowledged until runs are deleted or the limit is raised.</summary>
    public long? MaxStoreBytes { get; init; }

    /// <summary>Bytes of history in one answer; the rest follows by page token. Default 2 MiB.</summary>
    public int MaxHistoryPageBytes { get; init; } = 2 * 1024 * 1024;
}
