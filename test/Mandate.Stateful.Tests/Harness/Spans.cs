using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>Every span of this room, as an exporter would see it.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _spans = new();

    public Spans()
    {
        _listener = new()
        {
            ShouldListenTo = source => source.Name == StatefulInstrumentation.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public IReadOnlyList<Activity> All => [.. _spans];

    public string Text() => string.Join('\n', All.Select(s => $"{s.DisplayName} {s.TraceId} {s.StatusDescription} {Text(s.TagObjects)} {Text(s.Baggage)} {string.Join(' ', s.Events.Select(e => $"{e.Name} {Text(e.Tags)}"))}"));

    private static string Text<T>(IEnumerable<KeyValuePair<string, T>> pairs) => string.Join(' ', pairs.Select(p => $"{p.Key}={p.Value}"));

    public void Dispose() => _listener.Dispose();
}
