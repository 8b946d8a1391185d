using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Mandate.Engine.Frontend;
using Mandate.Engine.Skipping;
using Microsoft.Extensions.Logging;

namespace Mandate.Engine.History;

/// <summary>
/// The workflow ids in memory, and the one way in which any of them is read or changed.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>Find the chain and take its lock; if its memory was lost to a failed commit, read it anew first.</item>
/// <item>Decide: the caller looks at the state and records events, which are applied at once.</item>
/// <item>Seal: what was decided goes to the writer, in the order of decisions. The lock is released.</item>
/// <item>Wait for the commit. A decision without changes waits for those it saw, so that nothing is told that is not durable. The same holds for a refusal.</item>
/// <item>Publish: answers leave, tasks reach workers.</item>
/// </list>
/// </remarks>
internal sealed partial class ChainDirectory(EngineCore core)
{
    /// <summary>Workflow ids without an open run that stay in memory, for results and queries soon after the end.</summary>
    private const int KeptClosed = 4_096;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(int Namespace, string WorkflowId), WorkflowChain> _chains = new();
    private readonly ConcurrentQueue<WorkflowChain> _closed = new();
    private int _background;
    private volatile bool _stopping;

    /// <summary>Workflow ids in memory.</summary>
    public int Count => _chains.Count;

    /// <summary>Work that nobody waits for and that has not ended.</summary>
    public int Background => Volatile.Read(ref _background);

    /// <summary>Decides on a workflow id and waits until the decision is durable.</summary>
    public async Task<T> ChangeAsync<T>(NamespaceEntry ns, string workflowId, Func<ChainTransaction, T> decide)
    {
        core.Work.Begin();
        try
        {
            return await ChangeCoreAsync(ns, workflowId, decide).ConfigureAwait(false);
        }
        finally
        {
            core.Work.End();
        }
    }

    private async Task<T> ChangeCoreAsync<T>(NamespaceEntry ns, string workflowId, Func<ChainTransaction, T> decide)
    {
        while (true)
        {
            var chain = _chains.GetOrAdd((ns.Key, workflowId), static (key, args) => new WorkflowChain(args.ns, key.WorkflowId, args.core.Store, args.core.Memory), (ns, core));
            if (Decide(chain, decide) is not { } decision)
                continue;
            try
            {
                await decision.Durable.ConfigureAwait(false);
            }
            catch (EngineStoreException error)
            {
                decision.Transaction.GiveUp();
                // A lost line is noticed by the first to touch the chain; this makes sure that somebody does.
                if (decision.Outcome is Outcome.Decided or Outcome.Refused)
                    Resume(chain, FirstRetry);
                if (decision.Outcome != Outcome.MustWait)
                    throw Errors.Store(error);
            }

            switch (decision.Outcome)
            {
                case Outcome.MustWait:
                    continue;
                case Outcome.Refused:
                    decision.Error!.Throw();
                    break;
                default:
                    decision.Transaction.Publish();
                    Trim(chain);
                    return decision.Result!;
            }
        }
    }

    /// <summary>Decides without anybody waiting: a timer, or a message between runs.</summary>
    public void ChangeInBackground(NamespaceEntry ns, string workflowId, Action<ChainTransaction> decide) =>
        InBackground(() => ChangeAsync(ns, workflowId, transaction =>
        {
            decide(transaction);
            return true;
        }));

    /// <summary>Runs work that nobody waits for; its failure is logged.</summary>
    public void InBackground(Func<Task> work)
    {
        core.Work.Begin();
        Interlocked.Increment(ref _background);
        _ = RunAsync();

        async Task RunAsync()
        {
            try
            {
                await work().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
            catch (Protocol.RpcException error) when (error.Code == Protocol.RpcStatusCode.NotFound || _stopping)
            {
                // The run ended meanwhile, or the engine stops and does this again at its next start.
            }
#pragma warning disable CA1031 // Nobody is there to catch it.
            catch (Exception error)
#pragma warning restore CA1031
            {
                BackgroundFailed(core.Log, error);
            }
            finally
            {
                Interlocked.Decrement(ref _background);
                core.Work.End();
            }
        }
    }

    /// <summary>Loads an open run and offers its tasks, timers and messages again, as after a restart.</summary>
    public Task ResumeAsync(NamespaceEntry ns, string workflowId, string runId) => ChangeAsync(ns, workflowId, transaction =>
    {
        if (transaction.TryOpen(runId) is { } run)
            run.Resume();
        return true;
    });

    public void Stop() => _stopping = true;

    /// <summary>Whether any open run has work to do, and whether somebody waits for the end of one.</summary>
    public RunRest LookAtRest(DateTimeOffset now)
    {
        var rest = RunRest.None;
        foreach (var chain in _chains.Values)
        {
            lock (chain.Gate)
            {
                if (chain.NeedsReload)
                    return RunRest.Busy;
                foreach (var run in chain.Runs)
                    rest = rest.And(RunRest.Of(run, now));
            }

            if (!rest.IsAtRest)
                return rest;
        }

        return rest;
    }

    private Decision<T>? Decide<T>(WorkflowChain chain, Func<ChainTransaction, T> decide)
    {
        lock (chain.Gate)
        {
            if (chain.IsEvicted)
                return null;
            var transaction = new ChainTransaction(core, chain);
            try
            {
                if (chain.NeedsReload)
                {
                    if (!chain.LastCommit.IsCompleted)
                        return new(Outcome.MustWait, transaction, chain.LastCommit);
                    Reload(chain);
                }

                var result = decide(transaction);
                return new(Outcome.Decided, transaction, transaction.Seal()) { Result = result };
            }
            catch (EngineStoreException error)
            {
                transaction.Abandon();
                return new(Outcome.Refused, transaction, chain.LastCommit) { Error = ExceptionDispatchInfo.Capture(Errors.Store(error)) };
            }
#pragma warning disable CA1031 // Whatever went wrong, memory must not stay half changed.
            catch (Exception error)
#pragma warning restore CA1031
            {
                transaction.Abandon();
                if (chain.NeedsReload)
                    Resume(chain, TimeSpan.Zero);
                return new(Outcome.Refused, transaction, chain.LastCommit) { Error = ExceptionDispatchInfo.Capture(error) };
            }
        }
    }

    private void Reload(WorkflowChain chain)
    {
        var loaded = chain.Reset();
        ChainReloaded(core.Log, chain.WorkflowId);
        try
        {
            if (chain.Latest is not { IsOpen: true } latest)
                return;
            var again = new ChainTransaction(core, chain);
            again.Open(latest.RunId).Resume();
            var durable = again.Seal();
            InBackground(async () =>
            {
                await durable.ConfigureAwait(false);
                again.Publish();
            });
        }
        catch
        {
            chain.Spoil();
            throw;
        }
        finally
        {
            foreach (var run in loaded)
                run.Changed.Wake();
        }
    }

    /// <summary>Sees to it that a chain whose memory was lost takes up its work again, as soon as the store allows it.</summary>
    private void Resume(WorkflowChain chain, TimeSpan wait)
    {
        if (_stopping)
            return;
        core.Waits.Add(core.Now + wait, _ => InBackground(async () =>
        {
            try
            {
                await ChangeAsync(chain.Namespace, chain.WorkflowId, static _ => true).ConfigureAwait(false);
            }
            catch (Protocol.RpcException)
            {
                var longer = wait * 2 < FirstRetry ? FirstRetry : wait * 2;
                Resume(chain, longer < LongestRetry ? longer : LongestRetry);
            }
        }));
    }

    /// <summary>Remembers chains that have ended and forgets the oldest of them; of a chain that goes on, forgets the runs that have ended.</summary>
    private void Trim(WorkflowChain chain)
    {
        if (chain.IsClosed || chain.Runs.Count > 1)
        {
            lock (chain.Gate)
            {
                if (!chain.IsClosed)
                    chain.ForgetEnded();
                else if (!chain.IsInLine && !chain.IsEvicted)
                {
                    chain.IsInLine = true;
                    _closed.Enqueue(chain);
                }
            }
        }

        for (var i = 0; i < 4 && (_closed.Count > KeptClosed || core.Memory.IsTight) && _closed.TryDequeue(out var oldest); i++)
        {
            lock (oldest.Gate)
            {
                oldest.IsInLine = false;
                if (oldest.IsIdle)
                {
                    oldest.IsEvicted = true;
                    oldest.Unload();
                    _chains.TryRemove(new((oldest.Namespace.Key, oldest.WorkflowId), oldest));
                }
                else if (oldest.IsClosed && !oldest.IsEvicted)
                {
                    // Somebody waits on it still: it goes to the end of the line.
                    oldest.IsInLine = true;
                    _closed.Enqueue(oldest);
                }
            }
        }
    }

    private enum Outcome
    {
        Decided,
        Refused,
        MustWait,
    }

    private sealed record Decision<T>(Outcome Outcome, ChainTransaction Transaction, Task Durable)
    {
        public T? Result { get; init; }

        public ExceptionDispatchInfo? Error { get; init; }
    }
}
