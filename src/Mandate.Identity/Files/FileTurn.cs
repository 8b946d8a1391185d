namespace Mandate.Identity.Files;

/// <summary>Lets one process at a time change a file: it holds a file beside it open.</summary>
internal sealed class FileTurn : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FileStream _held;

    private FileTurn(FileStream held) => _held = held;

    /// <exception cref="IOException">Another process does not come to its end, or the directory cannot be written.</exception>
    public static async Task<FileTurn> TakeAsync(string path, TimeProvider time, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new(new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && File.Exists(path + ".lock") && time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _held.Dispose();
}
