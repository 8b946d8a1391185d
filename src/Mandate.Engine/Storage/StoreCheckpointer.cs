using Microsoft.Extensions.Logging;

namespace Mandate.Engine.Storage;

/// <summary>
/// Copies the write-ahead log into the store's file on a thread and a connection of its own, so that commits do not wait for it. The log is begun anew only when all of it is copied and
/// nothing is added meanwhile: so the last few pages are left to the writer, which copies them between two commits.
/// </summary>
/// <remarks>
/// Steps:
/// <list type="number">
/// <item>The writer reports what it has added to the log; from <see cref="PagesToStart"/> pages on the copying begins.</item>
/// <item>Passes over the log, each over what the writer has added during the one before, until little is left.</item>
/// <item><see cref="IsRestReady"/>: the writer copies the rest before its next transaction, which then begins the log anew.</item>
/// <item>A writer that has added <see cref="PagesToWait"/> pages meanwhile waits for the thread, however starved that is: so the log has a bound, unless a reader holds it.</item>
/// </list>
/// </remarks>
internal sealed partial class StoreCheckpointer : IDisposable
{
    /// <summary>16 MiB of log.</summary>
    private const int PagesToStart = 4_000;

    /// <summary>64 MiB of log.</summary>
    private const int PagesToWait = 16_000;

    /// <summary>What the writer copies in less time than a commit takes.</summary>
    private const int PagesToLeave = 100;

    /// <summary>A writer that adds faster than this thread copies is not caught up with: then it has to copy more itself, and is slowed by that.</summary>
    private const int MostPasses = 6;

    private readonly string _path;
    private readonly EngineLimits _limits;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wanted = new(initialState: false);
    private readonly ManualResetEventSlim _copied = new(initialState: true);
    private long _pages;
    private volatile bool _isRestReady;
    private volatile bool _isStopping;

    public StoreCheckpointer(string path, EngineLimits limits, ILogger log)
    {
        _path = path;
        _limits = limits;
        _log = log;
        _thread = new Thread(Loop) { Name = "mandate-store-checkpointer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether the writer is to copy the rest now.</summary>
    public bool IsRestReady => _isRestReady;

    /// <summary>Run on this thread before it copies, and on the writer's before that waits for it. For tests of a starved machine.</summary>
    internal (Action? Copy, Action? Wait) Before { get; set; }

    /// <summary>Called by the writer after each commit, with the pages it added to the log.</summary>
    public void Added(int pages)
    {
        _pages += pages;
        if (_pages < PagesToStart || _isRestReady)
            return;
        if (_copied.IsSet)
        {
            _copied.Reset();
            _wanted.Set();
        }
        else if (_pages >= PagesToWait)
        {
            Before.Wait?.Invoke();
            _copied.Wait();
        }
    }

    /// <summary>Called by the writer outside a transaction, with its own connection. Where a reader is in the way, it is tried again soon: else overlapping reads would let the log grow by its whole length each time.</summary>
    public void CopyRest(SqliteDatabase database)
    {
        _isRestReady = false;
        _pages = TryCopy(database) is { } now && now.Copied < now.Log ? PagesToStart - PagesToLeave : 0;
    }

    public void Dispose()
    {
        _isStopping = true;
        _wanted.Set();
        _thread.Join();
        _wanted.Dispose();
        _copied.Dispose();
    }

    private void Loop()
    {
        SqliteDatabase? database = null;
        while (true)
        {
            _wanted.WaitOne();
            if (_isStopping)
                break;
            try
            {
                Before.Copy?.Invoke();
                database ??= Open();
                var (before, more) = (0, true);
                for (var pass = 0; more && pass < MostPasses && !_isStopping; pass++)
                {
                    var (_, copied) = database.CopyLog();
                    more = copied - before > PagesToLeave;
                    before = copied;
                }
            }
#pragma warning disable CA1031 // Whatever goes wrong, the log is left as it is and the engine goes on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                CopyFailed(_log, _path, error);
                database?.Dispose();
                database = null;
            }

            _isRestReady = true;
            _copied.Set();
        }

        database?.Dispose();
    }

    private SqliteDatabase Open()
    {
        var database = SqliteDatabase.Open(_path, readOnly: false);
        try
        {
            Store.Configure(database, _limits);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>A failure leaves the pages in the log, from where they are read, and copied later.</summary>
    private (int Log, int Copied)? TryCopy(SqliteDatabase database)
    {
        try
        {
            return database.CopyLog();
        }
        catch (SqliteException error)
        {
            CopyFailed(_log, _path, error);
            return null;
        }
    }

    [LoggerMessage(1012, LogLevel.Warning, "The write-ahead log of '{Path}' could not be copied into it, and grows until that succeeds; nothing is lost")]
    private static partial void CopyFailed(ILogger logger, string path, Exception error);
}
