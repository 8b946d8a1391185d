using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Mandate.Credentials.Tests;

/// <summary>Measurements of the meter <c>Mandate.Credentials</c> that carry an audience of the test's own: sources of other tests measure at the same time.</summary>
internal sealed class MetricsRecorder : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, Dictionary<string, object?> Tags)> _measurements = new();

    public MetricsRecorder()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Mandate.Credentials")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public string Audience { get; } = Guid.NewGuid().ToString();

    public IReadOnlyList<(double Value, Dictionary<string, object?> Tags)> Of(string name) => [.. _measurements.Where(m => m.Name == name).Select(m => (m.Value, m.Tags))];

    public double Gauge(string name)
    {
        _listener.RecordObservableInstruments();
        return Of(name)[^1].Value;
    }

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var all = tags.ToArray().ToDictionary();
        if (Equals(all.GetValueOrDefault("mandate.audience"), Audience))
            _measurements.Enqueue((instrument.Name, value, all));
    }
}
