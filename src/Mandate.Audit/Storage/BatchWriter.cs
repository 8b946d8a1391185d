using System.Collections.Concurrent;
using Mandate.Audit.Canonical;
using Microsoft.Extensions.Logging;

namespace Mandate.Audit.Storage;

/// <summary>
/// The only one of a process who writes: a thread that takes everything waiting, gives each entry its place in its tenant's chain, and makes the whole
/// batch durable with one commit. While it waits for the disk the next batch gathers, so many writers share one flush.
/// </summary>
/// <typeparam name="TConnection">The database's connection.</typeparam>
internal abstract partial class BatchWriter<TConnection> : IDisposable
    where TConnection : class
{
    private const int MaximumBatch = 4_096;

    private readonly AuditLedgerOptions _options;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly Queue<Work> _queue = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly List<Work.Append> _batch = [];
    private readonly EventHasher _hasher = new();
    private readonly ConcurrentDictionary<string, AuditHead> _acknowledged = new(StringComparer.Ordinal);
    private Work.Change<TConnection>? _change;
    private bool _closed;

    protected BatchWriter(AuditLedgerOptions options, string name)
    {
        _options = options;
        Name = name;
        _logger = options.LoggerFactory.CreateLogger<AuditLedger>();
        _thread = new Thread(Run) { IsBackground = true, Name = "audit ledger writer" };
    }

    /// <summary>Told tenant and last sequence number after each commit.</summary>
    public Action<string, long>? Appended { get; set; }

    /// <summary>What the store is called in messages; free of secrets.</summary>
    protected string Name { get; }

    protected ILogger Logger => _logger;

    /// <summary>The connection; null before it is opened and after a failure.</summary>
    protected TConnection? Connection { get; set; }

    /// <summary>The last event of a tenant that was acknowledged by this writer; null when there was none yet.</summary>
    public AuditHead? Acknowledged(string tenant) => _acknowledged.TryGetValue(tenant, out var head) ? head : null;

    public Task<AuditEvent> AppendAsync(CanonicalEntry entry)
    {
        var pending = new Work.Append(entry);
        Enqueue(pending);
        return pending.Task;
    }

    /// <summary>Runs a change in a transaction of its own.</summary>
    public Task ChangeAsync(Action<TConnection> change)
    {
        var pending = new Work.Change<TConnection>(change);
        Enqueue(pending);
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
        _hasher.Dispose();
    }

    /// <summary>Opens the connection and starts the thread.</summary>
    protected void Start()
    {
        Open();
        _thread.Start();
    }

    /// <summary>Opens the connection, checks or creates the schema.</summary>
    protected abstract void Open();

    /// <summary>Closes the connection, if any.</summary>
    protected abstract void Close();

    /// <summary>Gives each entry its place with <see cref="Place"/>, stores them all and commits.</summary>
    protected abstract void Write(TConnection connection, IReadOnlyList<Work.Append> batch);

    /// <summary>Runs a change and commits.</summary>
    protected abstract void Write(TConnection connection, Work.Change<TConnection> change);

    /// <summary>Makes the event that follows <paramref name="head"/>.</summary>
    /// <returns>The head after it.</returns>
    protected AuditHead Place(Work.Append pending, AuditHead head)
    {
        var now = _options.TimeProvider.GetUtcNow();
        var microseconds = AuditTime.ToMicroseconds(now);
        var id = Guid.CreateVersion7(now);
        pending.Canonical = pending.Entry.At(head, id, microseconds);
        pending.Written = new AuditEvent
        {
            Sequence = head.Sequence + 1,
            Id = id,
            Time = AuditTime.FromMicroseconds(microseconds)!.Value,
            Entry = pending.Entry.Entry,
            PreviousHash = head.Hash,
            Hash = _hasher.Hash(pending.Canonical),
        };
        return new(head.Sequence + 1, pending.Written.Hash);
    }

    /// <exception cref="AuditStoreException">The store ends before what was acknowledged, or its end is damaged: appending to it would hide the loss.</exception>
    protected AuditHead Continue(string tenant, long sequence, ReadOnlySpan<byte> hash)
    {
        if (sequence > 0 && hash.Length != AuditHash.Size)
            throw new AuditStoreException($"The last event of a ledger in '{Name}' is damaged. Nothing is appended to it; verify the ledger and restore it from a backup.");
        if (Acknowledged(tenant) is { } acknowledged && sequence < acknowledged.Sequence)
            throw new AuditStoreException($"Events of a ledger in '{Name}' that were recorded are no longer there. Nothing is appended to it; verify the ledger and restore it from a backup.");
        return sequence == 0 ? AuditHead.Empty : new(sequence, new(hash));
    }

    private void Enqueue(Work work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(AuditLedger));
            if (_queue.Count >= _options.MaximumPending)
                throw new AuditUnavailableException($"{_queue.Count} events already wait to be written to the audit ledger. Try again later.");
            _queue.Enqueue(work);
        }

        _wake.Set();
    }

    private void Run()
    {
        while (Take())
            Write();
    }

    /// <summary>Moves what waits into the batch, up to the first change; false once closed and empty.</summary>
    private bool Take()
    {
        _batch.Clear();
        _change = null;
        while (true)
        {
            lock (_gate)
            {
                while (_batch.Count < MaximumBatch && _queue.TryPeek(out var next))
                {
                    if (next is not Work.Append append)
                    {
                        if (_batch.Count == 0)
                            _change = (Work.Change<TConnection>)_queue.Dequeue();
                        break;
                    }

                    _batch.Add(append);
                    _queue.Dequeue();
                }

                if (_batch.Count > 0 || _change is not null)
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
            if (Connection is null)
                Open();
            if (_change is not null)
                Write(Connection!, _change);
            else
                Write(Connection!, _batch);
        }
        catch (Exception e)
        {
            Abandon(e);
            return;
        }

        _change?.Committed();
        foreach (var pending in _batch)
        {
            var written = pending.Written!;
            _acknowledged[written.Entry.Tenant] = new(written.Sequence, written.Hash);
        }

        foreach (var pending in _batch)
            pending.Committed();
        if (Appended is { } appended)
        {
            foreach (var tenant in _batch.GroupBy(p => p.Entry.Entry.Tenant, StringComparer.Ordinal))
                appended(tenant.Key, tenant.Last().Written!.Sequence);
        }
    }

    /// <summary>
    /// Nothing of the batch counts. Whether a failed commit reached the disk is unknown, so the heads are read anew and the connection is opened
    /// anew: the next batch starts from what is really there.
    /// </summary>
    private void Abandon(Exception error)
    {
        LogWriteFailed(error, Math.Max(1, _batch.Count), Name);
        try
        {
            Close();
        }
        catch (Exception e)
        {
            LogCloseFailed(e, Name);
        }

        Connection = null;
        var unavailable = error is AuditStoreException
            ? error
            : new AuditUnavailableException("The audit ledger could not make the event durable, so it was not recorded. The log names the cause.", error);
        _change?.Failed(unavailable);
        foreach (var pending in _batch)
            pending.Failed(unavailable);
    }
}
