namespace Mandate.Files;

/// <summary>
/// Lets one process at a time change a file: it holds a file beside it open. That file stays: if whoever leaves removed it, a process that had opened it and one that makes it anew would both have
/// the turn.
/// </summary>
/// <remarks>One file that the rooms which keep keys in files are compiled with.</remarks>
internal sealed class FileTurn : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FileStream _held;

    private FileTurn(FileStream held) => _held = held;

    /// <exception cref="IOException">Another process does not come to its end, or the directory cannot be written.</exception>
    public static async Task<FileTurn> TakeAsync(string path, TimeProvider time, CancellationToken cancellation)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new(new FileStream(path + ".lock", options));
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && File.Exists(path + ".lock") && time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _held.Dispose();
}
