using System.Diagnostics;

namespace Mandate.Hosting;

/// <summary>How long this process has been running.</summary>
internal static class ProcessClock
{
    /// <summary>Time since the operating system started the process, runtime start-up included.</summary>
    public static TimeSpan SinceStart()
    {
        using var process = Process.GetCurrentProcess();
        return TimeProvider.System.GetUtcNow().UtcDateTime - process.StartTime.ToUniversalTime();
    }
}
