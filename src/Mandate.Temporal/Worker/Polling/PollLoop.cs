using Mandate.Protocol;
using Mandate.Temporal.Client;
using Microsoft.Extensions.Logging;

namespace Mandate.Temporal.Worker.Polling;

/// <summary>Polls one queue: takes a slot, polls, hands the task on, polls again. A slot is taken before the poll, so that no task is fetched that nobody can work on.</summary>
/// <typeparam name="TTask">Answer of the poll.</typeparam>
internal sealed partial class PollLoop<TTask>
    where TTask : class
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly WorkerContext _context;
    private readonly string _queue;
    private readonly Slots _slots;
    private readonly Func<CancellationToken, Task<TTask?>> _poll;
    private readonly Func<TTask, Task> _handle;

    /// <param name="context">The worker.</param>
    /// <param name="queue">What is polled, for logs.</param>
    /// <param name="slots">Slots for tasks.</param>
    /// <param name="poll">One poll; null for an empty answer.</param>
    /// <param name="handle">Works on a task; must not throw. The slot is free again when it has ended.</param>
    internal PollLoop(WorkerContext context, string queue, Slots slots, Func<CancellationToken, Task<TTask?>> poll, Func<TTask, Task> handle)
    {
        _context = context;
        _queue = queue;
        _slots = slots;
        _poll = poll;
        _handle = handle;
    }

    /// <summary>Polls until <paramref name="stop"/>; tasks it was given are worked on beyond that (<see cref="Slots.DrainAsync"/>).</summary>
    /// <param name="stop">No further poll.</param>
    /// <param name="abort">Ends the waiting poll.</param>
    /// <exception cref="RpcException">The server refuses for a reason that will not pass.</exception>
    internal async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            if (!await _slots.TakeAsync(stop).ConfigureAwait(false))
                return;
            TTask? task = null;
            try
            {
                task = await _poll(abort).ConfigureAwait(false);
                failures = 0;
            }
            catch (OperationCanceledException) when (abort.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException e) when (e.Code == RpcStatusCode.Cancelled && abort.IsCancellationRequested)
            {
                return;
            }
            catch (RpcException e) when (!IsFatal(e.Code))
            {
                Log.PollFailed(_context.Logger, _queue, e.Code, e.Message, failures);
                await WaitAsync(failures++, stop).ConfigureAwait(false);
            }
            finally
            {
                if (task is null)
                    _slots.Free();
            }

            // The loop polls again at once. The task goes to the end of the thread pool's common queue: tasks that came first are worked on first.
            if (task is not null)
                _ = Task.Factory.StartNew(() => HandleAsync(task), CancellationToken.None, TaskCreationOptions.PreferFairness | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }
    }

    // A namespace or permission that is missing now may be there in a minute, but a worker that says nothing is worse than one that stops.
    private static bool IsFatal(RpcStatusCode code) => code is RpcStatusCode.InvalidArgument or RpcStatusCode.NotFound or RpcStatusCode.PermissionDenied or RpcStatusCode.Unimplemented;

    private async Task HandleAsync(TTask task)
    {
        try
        {
            await _handle(task).ConfigureAwait(false);
        }
        finally
        {
            _slots.Free();
        }
    }

    private async Task WaitAsync(int failures, CancellationToken stop)
    {
        try
        {
            await Task.Delay(Backoff.Wait(FirstWait, 2, LongestWait, jitter: 0.2, Math.Min(failures, 10)), _context.TimeProvider, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Warning, "Polling {Queue} failed with {Code}: {Message}. It is tried again ({Failures} failures before)")]
        internal static partial void PollFailed(ILogger logger, string queue, RpcStatusCode code, string message, int failures);
    }
}
