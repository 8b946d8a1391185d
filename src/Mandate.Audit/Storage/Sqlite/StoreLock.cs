namespace Mandate.Audit.Storage.Sqlite;

/// <summary>
/// The right to write a ledger: an exclusive lock on a file beside it, which the operating system takes away when the process ends, however it
/// ends. The empty file stays.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <exception cref="AuditStoreLockedException">Another process, or another ledger of this one, holds it.</exception>
    public static StoreLock Take(string database)
    {
        var path = database + ".lock";
        try
        {
            return new(new FileStream(path, PrivateFile.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)));
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new AuditStoreLockedException(
                $"The audit ledger '{database}' is already open for writing, by whoever holds '{path}'. A ledger has one writer: stop that process, or give this one a file of its own.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
