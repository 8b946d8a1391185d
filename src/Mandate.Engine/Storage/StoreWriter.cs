using Microsoft.Extensions.Logging;

namespace Mandate.Engine.Storage;

/// <summary>
/// The one writer of a store: a thread that takes everything that waits and commits it in one transaction, so that many units share one flush to the device.
/// </summary>
/// <remarks>
/// Steps of one round:
/// <list type="number">
/// <item>Take the waiting units, up to a bound that keeps the latency of a round small.</item>
/// <item>Fail those whose line is lost: they were decided on state that never became durable.</item>
/// <item>Write the others in one transaction and commit it.</item>
/// <item>If that fails and there were several, write each in a transaction of its own, so that one bad unit does not fail its neighbours.</item>
/// <item>Report each unit's end.</item>
/// <item>Have the log copied, which may take long where the machine is busy: nobody who was answered waits for it.</item>
/// </list>
/// </remarks>
internal sealed partial class StoreWriter : IDisposable
{
    private const int MaxUnitsPerRound = 1_024;

    private readonly string _path;
    private readonly string _directory;
    private readonly EngineLimits _limits;
    private readonly ILogger _log;
    private readonly StoreCheckpointer _checkpointer;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _arrived = new();
    private List<StoreUnit> _queue = [];
    private long _queuedWeight;
    private bool _stopping;
    private SqliteDatabase? _database;
    private StoreStatements? _statements;
    private long _commits;
    private long _units;

    public StoreWriter(string path, string directory, SqliteDatabase database, EngineLimits limits, ILogger log)
    {
        _path = path;
        _directory = directory;
        _database = database;
        _statements = new StoreStatements(database);
        _limits = limits;
        _log = log;
        _checkpointer = new StoreCheckpointer(path, limits, log);
        _thread = new Thread(Loop) { Name = "mandate-store-writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Transactions committed so far.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Units committed so far.</summary>
    public long Units => Interlocked.Read(ref _units);

    /// <summary>True when so much waits to be written that new work should be turned away.</summary>
    public bool IsOverloaded => Interlocked.Read(ref _queuedWeight) > _limits.MaxQueuedBytes;

    /// <summary>Runs on the writer's thread with each transaction's connection, before the commit. For tests of failing devices.</summary>
    internal Action<SqliteDatabase>? BeforeCommit { get; set; }

    internal StoreCheckpointer Checkpointer => _checkpointer;

    public void Enqueue(StoreUnit unit)
    {
        lock (_gate)
        {
            if (_stopping)
            {
                unit.Fail(new EngineStoreException(EngineStoreProblem.Unreadable, "The engine is shutting down and records nothing any more."));
                return;
            }

            _queue.Add(unit);
            Interlocked.Add(ref _queuedWeight, unit.Weight);
            _arrived.Set();
        }
    }

    /// <summary>Writes what waits and takes no more.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
            _arrived.Set();
        }

        _thread.Join();
    }

    /// <summary>Closes the connection; the last one to close folds the log into the database file.</summary>
    public void Dispose()
    {
        Stop();
        _checkpointer.Dispose();
        Close();
        _arrived.Dispose();
    }

    private void Loop()
    {
        var spare = new List<StoreUnit>();
        while (true)
        {
            _arrived.Wait();
            List<StoreUnit> round;
            lock (_gate)
            {
                round = _queue;
                _queue = spare;
                _arrived.Reset();
                if (_stopping)
                {
                    if (round.Count == 0)
                        break;
                    _arrived.Set();
                }
            }

            long weight = 0;
            foreach (var unit in round)
                weight += unit.Weight;
            for (var i = 0; i < round.Count; i += MaxUnitsPerRound)
                Round(round.GetRange(i, Math.Min(MaxUnitsPerRound, round.Count - i)));
            Interlocked.Add(ref _queuedWeight, -weight);
            round.Clear();
            spare = round;
        }
    }

    private void Round(List<StoreUnit> units)
    {
        units.RemoveAll(FailIfLost);
        if (units.Count == 0)
            return;
        var error = TryCommit(units);
        if (error is null)
            return;
        if (units.Count == 1)
        {
            units[0].Fail(error);
            return;
        }

        foreach (var unit in units)
        {
            if (FailIfLost(unit))
                continue;
            if (TryCommit([unit]) is { } failure)
                unit.Fail(failure);
        }
    }

    private static bool FailIfLost(StoreUnit unit)
    {
        if (unit.Line.Loss is not { } loss)
            return false;
        unit.Fail(loss);
        return true;
    }

    private EngineStoreException? TryCommit(List<StoreUnit> units)
    {
        try
        {
            Open();
            if (_checkpointer.IsRestReady)
                _checkpointer.CopyRest(_database!);
            _statements!.Begin.Run();
            foreach (var unit in units)
            {
                foreach (var change in unit.Changes)
                    change.Write(_statements);
            }

            BeforeCommit?.Invoke(_database!);
            _statements.Commit.Run();
        }
        catch (SqliteException error)
        {
            return Recover(StoreFaults.Describe(error, _directory), units.Count);
        }
#pragma warning disable CA1031 // Whatever goes wrong, the units must be answered and the writer must go on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Recover(new EngineStoreException(EngineStoreProblem.Unreadable, $"Writing to the store in '{_directory}' failed: {error.Message}", error), units.Count);
        }

        Interlocked.Increment(ref _commits);
        Interlocked.Add(ref _units, units.Count);
        foreach (var unit in units)
            unit.Complete();
        // What is committed stays so, whatever becomes of this: the log is copied later then.
        _checkpointer.Added(_database!.TakePagesWritten());
        return null;
    }

    /// <summary>After a failure nothing is assumed of the connection: it is closed, and the next transaction opens a new one.</summary>
    private EngineStoreException Recover(EngineStoreException error, int units)
    {
        CommitFailed(_log, units, error.Problem, error);
        Close();
        return error;
    }

    private void Open()
    {
        if (_database is not null)
            return;
        var database = SqliteDatabase.Open(_path, readOnly: false);
        try
        {
            Store.Configure(database, _limits);
            _statements = new StoreStatements(database);
            _database = database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void Close()
    {
        _statements?.Dispose();
        _statements = null;
        _database?.Dispose();
        _database = null;
    }
}
