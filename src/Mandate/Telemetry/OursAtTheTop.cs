using System.Buffers.Binary;
using System.Diagnostics;
using OpenTelemetry.Trace;

namespace Mandate.Telemetry;

/// <summary>
/// Samples a share of the traces that begin here, and of those that a caller has begun what the caller samples. An HTTP call belongs to what makes it: a call that nothing of ours makes, such
/// as a worker's wait for tasks, begins no trace.
/// </summary>
internal sealed class OursAtTheTop(double ratio) : Sampler
{
    private const string HttpCall = "System.Net.Http.HttpRequestOut";

    /// <summary>
    /// A share by the last seven bytes of a trace's id, which are random in every kind of id (W3C trace context, level 2): the id of a run's trace is the run's, whose first half is the time
    /// that runs of the same hour have in common, and whose next byte says what kind of id it is (RFC 9562).
    /// </summary>
    private const int RandomBits = 56;

    private readonly double _sampled = ratio * (1UL << RandomBits);

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        if (parent.SpanId != default)
            return new(parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
        return new(samplingParameters.Name != HttpCall && RandomOf(samplingParameters.TraceId) < _sampled ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
    }

    private static ulong RandomOf(ActivityTraceId trace)
    {
        Span<byte> id = stackalloc byte[16];
        trace.CopyTo(id);
        return BinaryPrimitives.ReadUInt64BigEndian(id[8..]) & ((1UL << RandomBits) - 1);
    }
}
