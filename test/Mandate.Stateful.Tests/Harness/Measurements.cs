using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>Every measurement of this room, as an exporter would see it. Meters are of the process: tests that count do not run beside others.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Instrument, double Value, string Tag)> _all = new();

    public Measurements()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == StatefulInstrumentation.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What an instrument has measured, in order.</summary>
    public IReadOnlyList<double> Of(string instrument) => [.. _all.Where(m => m.Instrument == instrument).Select(m => m.Value)];

    /// <summary>What a counter has counted, by the value of its tag.</summary>
    public IReadOnlyDictionary<string, double> Counts(string instrument) =>
        _all.Where(m => m.Instrument == instrument).GroupBy(m => m.Tag).ToDictionary(g => g.Key, g => g.Sum(m => m.Value));

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _all.Enqueue((instrument.Name, value, string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))));
}
