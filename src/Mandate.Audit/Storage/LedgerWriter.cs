using System.Buffers;
using System.Collections.Concurrent;
using Mandate.Audit.Canonical;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Mandate.Audit.Storage;

/// <summary>
/// The only one who appends: a thread that takes everything waiting, gives each entry its place in its tenant's chain, and makes the whole
/// batch durable with one commit. While it waits for the disk the next batch gathers, so many writers share one flush.
/// </summary>
internal sealed partial class LedgerWriter : IDisposable
{
    private const int MaximumBatch = 4_096;

    private const string Insert =
        $"INSERT INTO event ({EventColumns.List}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

    private readonly AuditStore _store;
    private readonly AuditLedgerOptions _options;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly Queue<PendingAppend> _queue = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly List<PendingAppend> _batch = new();
    private readonly ArrayBufferWriter<byte> _canonical = new();
    private readonly ConcurrentDictionary<string, AuditHead> _acknowledged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AuditHead> _heads = new(StringComparer.Ordinal);
    private SqliteConnection? _connection;
    private SqliteStatement? _insert;
    private bool _closed;

    public LedgerWriter(AuditStore store, AuditLedgerOptions options)
    {
        _store = store;
        _options = options;
        _logger = options.LoggerFactory.CreateLogger<AuditLedger>();
        Open();
        _thread = new Thread(Run) { IsBackground = true, Name = "audit ledger writer" };
        _thread.Start();
    }

    /// <summary>The last event of a tenant that was acknowledged by this writer; null when there was none yet.</summary>
    public AuditHead? Acknowledged(string tenant) => _acknowledged.TryGetValue(tenant, out var head) ? head : null;

    public Task<AuditEvent> AppendAsync(CanonicalEntry entry)
    {
        var pending = new PendingAppend(entry);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(AuditLedger));
            if (_queue.Count >= _options.MaximumPending)
                throw new AuditUnavailableException($"{_queue.Count} events already wait to be written to the audit ledger. Try again later.");
            _queue.Enqueue(pending);
        }

        _wake.Set();
        return pending.Task;
    }

    /// <summary>Writes what waits, then ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
        }

        _wake.Set();
        _thread.Join();
        Close();
        _wake.Dispose();
    }

    private void Run()
    {
        while (Take())
            Write();
    }

    /// <summary>Moves what waits into the batch; false once closed and empty.</summary>
    private bool Take()
    {
        _batch.Clear();
        while (true)
        {
            lock (_gate)
            {
                while (_batch.Count < MaximumBatch && _queue.TryDequeue(out var next))
                    _batch.Add(next);
                if (_batch.Count > 0)
                    return true;
                if (_closed)
                    return false;
            }

            _wake.WaitOne();
        }
    }

    private void Write()
    {
        try
        {
            if (_connection is null)
                Open();
            Execute("BEGIN IMMEDIATE");
            foreach (var pending in _batch)
                pending.Written = Append(pending.Entry);
            Execute("COMMIT");
        }
        catch (Exception e)
        {
            Abandon(e);
            return;
        }

        foreach (var pending in _batch)
        {
            var written = pending.Written!;
            _acknowledged[written.Entry.Tenant] = new(written.Sequence, written.Hash);
            pending.Committed();
        }
    }

    /// <summary>
    /// Nothing of the batch counts. Whether a failed commit reached the disk is unknown, so the heads are read anew and the connection is opened
    /// anew: the next batch starts from what is really there.
    /// </summary>
    private void Abandon(Exception error)
    {
        LogWriteFailed(error, _batch.Count, _store.Path);
        Close();
        var unavailable = error is AuditStoreException
            ? error
            : new AuditUnavailableException("The audit ledger could not make the event durable, so it was not recorded. The log names the cause.", error);
        foreach (var pending in _batch)
            pending.Failed(unavailable);
    }

    private AuditEvent Append(CanonicalEntry entry)
    {
        var tenant = entry.Entry.Tenant;
        if (!_heads.TryGetValue(tenant, out var head))
            head = LoadHead(tenant, entry.Columns.Tenant);

        var now = _options.TimeProvider.GetUtcNow();
        var microseconds = AuditTime.ToMicroseconds(now);
        var id = Guid.CreateVersion7(now);

        _canonical.ResetWrittenCount();
        CanonicalEvent.Write(_canonical, head, id, microseconds, entry);
        var written = new AuditEvent
        {
            Sequence = head.Sequence + 1,
            Id = id,
            Time = AuditTime.FromMicroseconds(microseconds)!.Value,
            Entry = entry.Entry,
            PreviousHash = head.Hash,
            Hash = AuditHash.Of(_canonical.WrittenSpan),
        };
        Store(written, microseconds, entry.Columns);
        _heads[tenant] = new(written.Sequence, written.Hash);
        return written;
    }

    private void Store(AuditEvent written, long microseconds, CanonicalEntry.Fields columns)
    {
        Span<byte> bytes = stackalloc byte[AuditHash.Size];
        var insert = _insert!;
        insert.Bind(1, CanonicalEvent.Version);
        insert.Bind(2, written.Sequence);
        written.Id.TryWriteBytes(bytes, bigEndian: true, out var length);
        insert.BindBlob(3, bytes[..length]);
        insert.Bind(4, microseconds);
        var parameter = 5;
        foreach (var field in columns.InOrder())
        {
            if (parameter <= EventColumns.Context)
                insert.BindText(parameter++, field);
            else
                insert.BindBlob(parameter++, field);
        }

        written.PreviousHash.CopyTo(bytes);
        insert.BindBlob(parameter++, bytes);
        written.Hash.CopyTo(bytes);
        insert.BindBlob(parameter, bytes);
        insert.Execute();
    }

    /// <exception cref="AuditStoreException">The store ends before what was acknowledged: appending to it would hide the loss.</exception>
    private AuditHead LoadHead(string tenant, ReadOnlySpan<byte> tenantBytes)
    {
        using var statement = new SqliteStatement(_connection!, "SELECT sequence, hash FROM event WHERE tenant = ?1 ORDER BY sequence DESC LIMIT 1");
        statement.BindText(1, tenantBytes);
        var head = AuditHead.Empty;
        if (statement.Step())
        {
            if (statement.Bytes(1) is not { Length: AuditHash.Size } hash)
                throw new AuditStoreException($"The last event of a ledger in '{_store.Path}' is damaged. Nothing is appended to it; verify the ledger and restore it from a backup.");
            head = new(statement.Int64(0), new(hash));
        }

        if (Acknowledged(tenant) is { } acknowledged && head.Sequence < acknowledged.Sequence)
            throw new AuditStoreException($"Events of a ledger in '{_store.Path}' that were recorded are no longer there. Nothing is appended to it; verify the ledger and restore it from a backup.");
        return head;
    }

    private void Open()
    {
        PrivateFile.Create(_store.Path);
        var connection = _store.OpenWriter(_options.MaximumPages?.Invoke());
        try
        {
            var restored = AuditSchema.Ensure(connection);
            if (restored > 0)
                LogGuardsRestored(restored, _store.Path);
            _insert = new SqliteStatement(connection, Insert);
            _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Close()
    {
        _heads.Clear();
        _insert?.Dispose();
        _insert = null;
        _connection?.Dispose();
        _connection = null;
    }

    private void Execute(string sql)
    {
        using var statement = new SqliteStatement(_connection!, sql);
        statement.Execute();
    }
}
