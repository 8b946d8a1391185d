using System.Globalization;
using System.Text;

namespace Mandate.Engine.Storage;

/// <summary>
/// Ownership of a data directory, held by an exclusively opened file that names the holder. The operating system drops it with the process,
/// so a killed engine leaves nothing to clean up.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private const string FileName = "engine.lock";

    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <exception cref="EngineStoreLockedException">Another engine owns the directory.</exception>
    public static StoreLock Acquire(string directory)
    {
        var path = Path.Combine(directory, FileName);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new EngineStoreLockedException(directory, ReadHolder(path), error);
        }

        try
        {
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new StoreLock(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private static int? ReadHolder(string path)
    {
        try
        {
            // Where sharing is advisory (Unix) the holder's file can still be read; elsewhere the name of the holder stays unknown.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return int.TryParse(reader.ReadToEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
