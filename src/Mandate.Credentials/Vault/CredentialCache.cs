using System.Collections.Concurrent;
using Mandate.Credentials.Vault.Storage;

namespace Mandate.Credentials.Vault;

/// <summary>Secrets in memory, for seconds: what is over is dropped whether or not it is asked for again, and beyond a limit nothing is added.</summary>
internal sealed class CredentialCache : IDisposable
{
    /// <summary>Most credentials that are kept. Beyond them the store is asked for each call.</summary>
    public const int Maximum = 10_000;

    private readonly ConcurrentDictionary<(CredentialOwner Owner, string Name), CachedCredential> _entries = new();
    private readonly Lock _changing = new();
    private readonly TimeSpan _keepFor;
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;
    private long _changes;
    private int _isSweeping;

    public CredentialCache(TimeSpan keepFor, TimeProvider time)
    {
        (_keepFor, _time) = (keepFor, time);
        _sweeper = time.CreateTimer(static cache => ((CredentialCache)cache!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count => _entries.Count;

    /// <summary>Grows with everything that is forgotten: who reads the store takes it before, and hands it to <see cref="Add"/>.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    public CachedCredential? Find(CredentialOwner owner, string name) => _entries.TryGetValue((owner, name), out var cached) && _time.GetUtcNow() < cached.Until ? cached : null;

    public void Add(CredentialOwner owner, CachedCredential cached, long changes)
    {
        if (_keepFor <= TimeSpan.Zero || _entries.Count >= Maximum)
            return;
        lock (_changing)
        {
            // What was changed while this was read must not be remembered as it was before, not for a moment.
            if (Changes != changes)
                return;
            _entries[(owner, cached.Credential.Row.Name)] = cached;
        }

        SweepLater();
    }

    /// <summary>What was changed here holds here at once, and so does what is narrowed from it.</summary>
    public void Forget(StoredCredential changed) =>
        Forget((owner, cached) => owner == changed.Owner && cached.Credential.Names.Contains(changed.Name, StringComparer.Ordinal));

    public void ForgetTree(string tenant, string tree) => Forget((owner, _) => owner.Tenant == tenant && owner.Tree == tree);

    public void Dispose()
    {
        _sweeper.Dispose();
        _entries.Clear();
    }

    private void Forget(Func<CredentialOwner, CachedCredential, bool> isChanged)
    {
        lock (_changing)
        {
            Interlocked.Increment(ref _changes);
            foreach (var (key, cached) in _entries)
            {
                if (isChanged(key.Owner, cached))
                    _entries.TryRemove(key, out _);
            }
        }
    }

    private void SweepLater()
    {
        if (Interlocked.CompareExchange(ref _isSweeping, 1, 0) == 0)
            _sweeper.Change(_keepFor, Timeout.InfiniteTimeSpan);
    }

    private void Sweep()
    {
        var now = _time.GetUtcNow();
        foreach (var entry in _entries.Where(e => e.Value.Until <= now))
            _entries.TryRemove(entry);
        // First, so that what is added from here on sets the timer itself.
        Volatile.Write(ref _isSweeping, 0);
        if (!_entries.IsEmpty)
            SweepLater();
    }
}
