namespace Mandate.Engine.Matching;

/// <summary>
/// Tasks and polls of one name meet here, first come first served. At most one of the two lists has entries: a task that finds a poll goes to it at once.
/// </summary>
internal sealed class TaskQueue(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Poller> _waiting = new();
    private readonly LinkedList<QueuedTask> _backlog = new();
    private readonly Dictionary<string, DateTimeOffset> _pollers = new(StringComparer.Ordinal);
    private DateTimeOffset _lastPoll = DateTimeOffset.MinValue;
    private DateTimeOffset _lastUse = time.GetUtcNow();
    private bool _isRetired;

    /// <summary>True for a worker's own queue.</summary>
    public bool IsSticky { get; set; }

    /// <summary>Tasks that wait for a poll.</summary>
    public int BacklogCount
    {
        get
        {
            lock (_gate)
                return _backlog.Count;
        }
    }

    /// <summary>Polls that wait for a task.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>True when a poll waits or was here within <paramref name="window"/>.</summary>
    public bool HasRecentPoller(TimeSpan window)
    {
        lock (_gate)
            return _waiting.Count > 0 || time.GetUtcNow() - _lastPoll < window;
    }

    /// <summary>Who polled lately, and when last.</summary>
    public IReadOnlyList<(string Identity, DateTimeOffset LastSeen)> RecentPollers(TimeSpan window)
    {
        lock (_gate)
        {
            var since = time.GetUtcNow() - window;
            foreach (var gone in _pollers.Where(p => p.Value < since).Select(p => p.Key).ToArray())
                _pollers.Remove(gone);
            return [.. _pollers.Select(p => (p.Key, p.Value))];
        }
    }

    /// <summary>Gives the next task, or lets the poll wait when there is none. False when the queue was forgotten meanwhile and must be looked up again.</summary>
    public bool TryEnter(Poller poller, out QueuedTask? task)
    {
        lock (_gate)
        {
            task = null;
            if (_isRetired)
                return false;
            _lastPoll = _lastUse = time.GetUtcNow();
            if (_pollers.Count < 1_000 || _pollers.ContainsKey(poller.Identity))
                _pollers[poller.Identity] = _lastPoll;
            if (_backlog.First is { } first)
            {
                _backlog.RemoveFirst();
                task = first.Value;
            }
            else
            {
                poller.Place = _waiting.AddLast(poller);
            }

            return true;
        }
    }

    /// <summary>Takes a waiting poll out, for a task that is being committed. It is delivered to or given back.</summary>
    public Poller? TryReserve()
    {
        lock (_gate)
        {
            while (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                first.Value.Place = null;
                _lastPoll = time.GetUtcNow();
                if (!first.Value.Result.IsCompleted)
                    return first.Value;
            }

            return null;
        }
    }

    /// <summary>Puts a reserved poll back: it gets a waiting task, or waits on at the front.</summary>
    public void GiveBack(Poller poller)
    {
        lock (_gate)
        {
            if (poller.Result.IsCompleted)
                return;
            while (_backlog.First is { } first)
            {
                if (!poller.TryDeliver(first.Value))
                    return;
                _backlog.RemoveFirst();
                return;
            }

            poller.Place = _waiting.AddFirst(poller);
        }
    }

    /// <summary>The poll has ended; it waits no more.</summary>
    public void Leave(Poller poller)
    {
        lock (_gate)
        {
            if (poller.Place is not { } place)
                return;
            _lastPoll = time.GetUtcNow();
            _waiting.Remove(place);
            poller.Place = null;
        }
    }

    /// <summary>
    /// Offers a task: to a waiting poll, or else to the backlog, at its front when the task was taken before. False when the queue was forgotten meanwhile and must be
    /// looked up again.
    /// </summary>
    public bool TryOffer(QueuedTask task, bool first)
    {
        lock (_gate)
        {
            if (_isRetired)
                return false;
            _lastUse = time.GetUtcNow();
            while (_waiting.First is { } next)
            {
                _waiting.RemoveFirst();
                next.Value.Place = null;
                _lastPoll = time.GetUtcNow();
                if (next.Value.TryDeliver(task))
                    return true;
            }

            if (first)
                _backlog.AddFirst(task);
            else
                _backlog.AddLast(task);
            return true;
        }
    }

    /// <summary>Ends the waiting polls of one worker process, or all of them.</summary>
    public int EndPolls(string? workerInstanceKey)
    {
        var ended = 0;
        lock (_gate)
        {
            for (var node = _waiting.First; node is not null;)
            {
                var next = node.Next;
                if (workerInstanceKey is null || node.Value.WorkerInstanceKey == workerInstanceKey)
                {
                    _waiting.Remove(node);
                    node.Value.Place = null;
                    if (node.Value.TryEnd())
                        ended++;
                }

                node = next;
            }
        }

        return ended;
    }

    /// <summary>Forgets that anybody polled: the worker whose queue this was has stopped.</summary>
    public void Desert()
    {
        lock (_gate)
        {
            _lastPoll = DateTimeOffset.MinValue;
            _pollers.Clear();
        }
    }

    /// <summary>
    /// Retires the queue when nobody waits here and nothing happened for <paramref name="window"/>. A worker's own queue goes with its backlog: those tasks have timed out
    /// to the normal queue long since.
    /// </summary>
    public bool TryRetire(TimeSpan window)
    {
        lock (_gate)
        {
            if (_waiting.Count > 0 || (_backlog.Count > 0 && !IsSticky) || time.GetUtcNow() - _lastUse < window)
                return false;
            _isRetired = true;
            return true;
        }
    }
}
