using Mandate.Audit;
using Mandate.Audit.Records;

namespace Mandate.Auditing;

/// <summary>Records, within about a second, that keys were added to or removed from the files this service follows. Only their ids: the one who changed a file is not known.</summary>
internal sealed class KeyWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly AuditActor Service = new("system", "mandate");

    private readonly NoticedEvents _events;
    private readonly (KeySet Set, HashSet<string> Seen)[] _sets;
    private readonly Lock _looking = new();
    private readonly ITimer _timer;

    public KeyWatch(NoticedEvents events, IEnumerable<KeySet> sets, TimeProvider? time = null)
    {
        _events = events;
        _sets = [.. sets.Select(s => (s, s.Ids().ToHashSet(StringComparer.Ordinal)))];
        _timer = (time ?? TimeProvider.System).CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Look()
    {
        lock (_looking)
        {
            foreach (var (set, seen) in _sets)
            {
                var present = set.Ids().ToHashSet(StringComparer.Ordinal);
                foreach (var id in present.Where(seen.Add))
                    Record(set, id, "create");
                foreach (var id in seen.Except(present).ToList())
                {
                    seen.Remove(id);
                    Record(set, id, set.Removal);
                }
            }
        }
    }

    private void Record(KeySet set, string id, string verb) =>
        _events.Add(new KeyChanged { Tenant = AuditLedger.SystemTenant, Actor = Service, KeyId = id, Purpose = set.Purpose, Verb = verb });
}
