namespace Mandate.Audit.Storage.Sqlite;

/// <summary>Files only their owner may read and write.</summary>
internal static class PrivateFile
{
    public static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>Creates the file when it is missing. SQLite gives its companion files the same permissions.</summary>
    public static void Create(string path)
    {
        if (!File.Exists(path))
            new FileStream(path, Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite)).Dispose();
    }
}
