using System.Collections.Concurrent;
using Google.Protobuf;
using Mandate.Engine.Timers;
using Mandate.Protocol;

namespace Mandate.Engine.Matching;

/// <summary>All task queues. They live in memory: open runs offer their tasks again at start.</summary>
internal sealed class Matcher(TimeProvider time, TimerQueue timers, EngineOptions options)
{
    private readonly ConcurrentDictionary<TaskQueueKey, TaskQueue> _queues = new();
    private readonly ConcurrentDictionary<(int Namespace, string WorkerInstanceKey), DateTimeOffset> _stopped = new();
    private int _waiting;
    private volatile bool _closed;

    /// <summary>Queues nobody used for this long are forgotten.</summary>
    private static readonly TimeSpan IdleWindow = TimeSpan.FromMinutes(10);

    /// <summary>Polls in the engine.</summary>
    public int PollCount => Volatile.Read(ref _waiting);

    /// <summary>Queues in memory.</summary>
    public int QueueCount => _queues.Count;

    public TaskQueue Queue(TaskQueueKey key) => _queues.GetOrAdd(key, static (_, time) => new TaskQueue(time), time);

    public bool TryGetQueue(TaskQueueKey key, out TaskQueue? queue) => _queues.TryGetValue(key, out queue);

    /// <summary>Offers a task to a poll of the queue, or to its backlog, at the front when the task was taken before.</summary>
    public void Offer(TaskQueueKey key, QueuedTask task, bool first = false)
    {
        while (!Queue(key).TryOffer(task, first))
        {
        }
    }

    /// <summary>Forgets queues that are not in use any more; again and again, while the engine runs.</summary>
    public void SweepRegularly() => timers.Add(time.GetUtcNow() + IdleWindow, _ =>
    {
        foreach (var (key, queue) in _queues)
        {
            if (queue.TryRetire(IdleWindow))
                _queues.TryRemove(new(key, queue));
        }

        if (!_closed)
            SweepRegularly();
    });

    /// <summary>
    /// Waits for a task on a queue and starts it for the caller.
    /// </summary>
    /// <returns>The poll's answer; null when the poll timed out or was ended.</returns>
    /// <exception cref="OperationCanceledException">The caller went away; a task it was about to get waits for the next poll.</exception>
    public async Task<IMessage?> PollAsync(TaskQueueKey key, Poller poller, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_closed || (poller.WorkerInstanceKey.Length > 0 && _stopped.ContainsKey((key.NamespaceKey, poller.WorkerInstanceKey))))
            return null;
        if (Interlocked.Increment(ref _waiting) > options.Limits.MaxWaitingPolls)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RpcException(
                RpcStatusCode.ResourceExhausted,
                $"More than {options.Limits.MaxWaitingPolls} polls wait already (EngineLimits.MaxWaitingPolls). Poll with fewer or later.");
        }

        try
        {
            var end = time.GetUtcNow() + options.PollTimeout;
            while (true)
            {
                if (await NextAsync(key, poller, end, cancellation).ConfigureAwait(false) is not { } task)
                {
                    cancellation.ThrowIfCancellationRequested();
                    return null;
                }

                if (await StartAsync(key, task, poller, cancellation).ConfigureAwait(false) is { } answer)
                    return answer;

                // The task was stale. A poll that was delivered to has ended, so a new one waits for the rest of the time.
                if (time.GetUtcNow() >= end || _closed)
                    return null;
                poller = new Poller(poller.Identity, poller.WorkerInstanceKey);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>
    /// A worker process says that it stops: its polls end, later ones from it end at once, and its own queue counts as deserted.
    /// </summary>
    public void WorkerStopped(int namespaceKey, string workerInstanceKey, string stickyQueue)
    {
        if (workerInstanceKey.Length > 0)
        {
            var now = time.GetUtcNow();
            foreach (var (key, since) in _stopped)
            {
                if (now - since > options.PollTimeout)
                    _stopped.TryRemove(key, out _);
            }

            _stopped[(namespaceKey, workerInstanceKey)] = now;
            foreach (var (key, queue) in _queues)
            {
                if (key.NamespaceKey == namespaceKey)
                    queue.EndPolls(workerInstanceKey);
            }
        }

        if (stickyQueue.Length > 0 && _queues.TryGetValue(new(namespaceKey, stickyQueue, IsActivity: false), out var own))
            own.Desert();
    }

    /// <summary>Ends every waiting poll and takes no more: the engine closes.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var queue in _queues.Values)
            queue.EndPolls(workerInstanceKey: null);
    }

    private async ValueTask<QueuedTask?> NextAsync(TaskQueueKey key, Poller poller, DateTimeOffset end, CancellationToken cancellation)
    {
        TaskQueue queue;
        QueuedTask? task;
        do
        {
            queue = Queue(key);
        }
        while (!queue.TryEnter(poller, out task));
        if (task is not null)
            return task;
        var deadline = timers.Add(end, _ => poller.TryEnd());
        var gone = cancellation.UnsafeRegister(static p => ((Poller)p!).TryEnd(), poller);
        try
        {
            if (_closed)
                poller.TryEnd();
            return await poller.Result.ConfigureAwait(false);
        }
        finally
        {
            await gone.DisposeAsync().ConfigureAwait(false);
            deadline.Cancel();
            queue.Leave(poller);
        }
    }

    /// <summary>Starts the task for the poll. A task whose caller has gone, or whose start failed, goes back to the queue.</summary>
    private async Task<IMessage?> StartAsync(TaskQueueKey key, QueuedTask task, Poller poller, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            Offer(key, task, first: true);
            cancellation.ThrowIfCancellationRequested();
        }

        IMessage? answer;
        try
        {
            answer = await task.TakeAsync(poller).ConfigureAwait(false);
        }
        catch
        {
            // At the back, so that a task that cannot be started does not keep the others from being taken.
            Offer(key, task);
            throw;
        }

        if (answer is not null && cancellation.IsCancellationRequested)
        {
            Offer(key, task, first: true);
            cancellation.ThrowIfCancellationRequested();
        }

        return answer;
    }
}
