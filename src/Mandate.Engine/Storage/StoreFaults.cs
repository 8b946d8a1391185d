using SQLitePCL;

namespace Mandate.Engine.Storage;

/// <summary>Turns SQLite's codes into what an operator needs to know.</summary>
internal static class StoreFaults
{
    public static EngineStoreException Describe(SqliteException error, string directory) => error.Code switch
    {
        raw.SQLITE_FULL => new(
            EngineStoreProblem.Full,
            $"The store in '{directory}' is full, so nothing can be recorded and nothing is acknowledged. Free space on that device or raise its limit; no restart is needed.",
            error),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Corrupt(directory, error.Message, error),
        _ when IsOutOfSpace(error) => new(
            EngineStoreProblem.Full,
            $"Writing to the store in '{directory}' failed, most likely for want of space or for a file size limit of the process. Free space or raise the limit; no restart is needed.",
            error),
        _ => new(
            EngineStoreProblem.Unreadable,
            $"The store in '{directory}' cannot be read or written ({error.Message}, SQLite code {error.ExtendedCode}). Check the device and the permissions of that directory.",
            error),
    };

    public static EngineStoreException Corrupt(string directory, string detail, Exception? inner = null) => new(
        EngineStoreProblem.Corrupt,
        $"The store in '{directory}' is damaged ({detail}). Nothing was repaired or dropped. Stop the engine, keep a copy of the directory, and restore from a backup or run SQLite's '.recover' on the copy.",
        inner);

    private static bool IsOutOfSpace(SqliteException error) => error.ExtendedCode == raw.SQLITE_IOERR_WRITE;
}
