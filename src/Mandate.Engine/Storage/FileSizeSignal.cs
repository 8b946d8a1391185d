using System.Runtime.InteropServices;

namespace Mandate.Engine.Storage;

/// <summary>
/// SIGXFSZ, which a system sends to a process whose file has reached the limit set for it (RLIMIT_FSIZE), and which ends the process unless it is handled. Handled, the write fails with
/// an error, as on a full disk, and the store says so.
/// </summary>
internal static class FileSizeSignal
{
    /// <summary>Its number on Linux, macOS and the BSDs.</summary>
    private const PosixSignal Number = (PosixSignal)25;

    /// <summary>Keeps the signal from ending the process until the answer is disposed of; null where there is no such signal.</summary>
    public static IDisposable? Handle() =>
        OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(Number, static context => context.Cancel = true);
}
