using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Mandate.Stateful.Telemetry;

/// <summary>
/// A place in a trace, as text: a W3C <c>traceparent</c>, or one whose span is all zeros. The latter names a trace without a span in it yet: who continues it begins the trace, and no
/// span names a parent that nobody has.
/// </summary>
internal static class TraceLink
{
    private const string NoSpan = "0000000000000000";
    private const int TraceBytes = 16;
    private const int TraceDigits = 2 * TraceBytes;

    /// <summary>A trace of a run's own, the same whenever the run is replayed.</summary>
    public static string Begin(string runId, long revision) =>
        $"00-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{runId}/{revision}")).AsSpan(0, TraceBytes))}-{NoSpan}-01";

    /// <summary>What to hand on of a link that somebody sent; null where it is none, or may be longer than one.</summary>
    public static string? Checked(string? link) => TryParse(link, out _) ? link : null;

    public static bool TryParse(string? link, out ActivityContext context)
    {
        if (ActivityContext.TryParse(link, null, isRemote: true, out context))
            return true;
        if (link?.Split('-') is not ["00", { Length: TraceDigits } trace, NoSpan, "00" or "01"] || !trace.All(char.IsAsciiHexDigitLower))
            return false;
        context = new(ActivityTraceId.CreateFromString(trace), default, ActivityTraceFlags.Recorded, isRemote: true);
        return true;
    }
}
