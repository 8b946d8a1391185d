namespace Mandate.Engine.Storage;

/// <summary>
/// Ownership of a data directory, held by an exclusively opened file. The operating system drops it with the process, so a killed engine leaves nothing to clean up.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private const string FileName = "engine.lock";

    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <summary>Takes the directory; null when another holds it.</summary>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    public static StoreLock? TryAcquire(string directory, out IOException? refusal)
    {
        try
        {
            refusal = null;
            return new(new FileStream(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            refusal = error;
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
