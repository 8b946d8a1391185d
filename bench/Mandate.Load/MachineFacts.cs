using System.Runtime.InteropServices;

namespace Mandate.Load;

/// <summary>What a figure depends on besides the program.</summary>
/// <param name="Storage">File system of the data directory.</param>
/// <param name="Load">The system's load averages at the end, which tell whether others used the machine.</param>
internal sealed record MachineFacts(string Os, string Architecture, string Cpu, int Cores, double MemoryGiB, string Runtime, string Storage, string Durability, string Load)
{
    internal static MachineFacts Read(DirectoryInfo dataRoot) => new(
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString(),
        CpuName(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024d * 1024 * 1024), 1),
        RuntimeInformation.FrameworkDescription,
        FileSystem(dataRoot.FullName),
        "SQLite WAL, synchronous=FULL",
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Trim() : "unknown");

    private static string CpuName() =>
        File.Exists("/proc/cpuinfo")
        && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";

    private static string FileSystem(string path) => DriveInfo.GetDrives()
        .Where(d => d.IsReady && path.StartsWith(d.RootDirectory.FullName, StringComparison.Ordinal))
        .MaxBy(d => d.RootDirectory.FullName.Length)?.DriveFormat ?? "unknown";
}
