namespace Mandate.Credentials.Vault.Keys;

/// <summary>
/// Lets one process at a time change a key ring's file: it holds a file beside it open. That file stays: were it removed by the one who leaves, another who had opened it and one who makes
/// it anew would both believe to have the turn, and a key that wraps already could be overwritten.
/// </summary>
internal sealed class KeyRingTurn : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FileStream _held;

    private KeyRingTurn(FileStream held) => _held = held;

    /// <exception cref="KeyRingException">Another process does not come to its end, or the directory cannot be written.</exception>
    public static async Task<KeyRingTurn> TakeAsync(string path, TimeProvider time, CancellationToken cancellation)
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
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new KeyRingException($"The vault's key ring '{path}' cannot be changed now: {e.Message}", e);
            }
        }
    }

    public void Dispose() => _held.Dispose();
}
