using OpenTelemetry.Trace;

namespace Mandate.Telemetry;

/// <summary>
/// Samples a share of the traces that begin here, and of those that a caller has begun what the caller samples. An HTTP call belongs to what makes it: a call that nothing of ours makes, such
/// as a worker's wait for tasks, begins no trace.
/// </summary>
internal sealed class OursAtTheTop(double ratio) : Sampler
{
    private const string HttpCall = "System.Net.Http.HttpRequestOut";
    private readonly TraceIdRatioBasedSampler _share = new(ratio);

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        if (parent.SpanId != default)
            return new(parent.TraceFlags.HasFlag(System.Diagnostics.ActivityTraceFlags.Recorded) ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
        return samplingParameters.Name == HttpCall ? new(SamplingDecision.Drop) : _share.ShouldSample(samplingParameters);
    }
}
