using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Mandate.Audit.Storage.Sqlite;

/// <summary>
/// What a connection's statements may do, asked by SQLite whenever it compiles one. Triggers protect the events from everybody who opens the file; this protects them from this
/// program's own connections, including from dropping the triggers.
/// </summary>
internal static class SqliteAuthorizer
{
    /// <summary>Nothing but reading.</summary>
    public static void ReadOnly(SqliteConnection connection) => Set(connection, static (action, name) => action switch
    {
        raw.SQLITE_SELECT or raw.SQLITE_READ or raw.SQLITE_FUNCTION or raw.SQLITE_TRANSACTION or raw.SQLITE_RECURSIVE => true,
        // The full-text index asks whether the file has changed.
        raw.SQLITE_PRAGMA => name is "data_version" or "query_only",
        _ => false,
    });

    /// <summary>Everything but changing or deleting events and taking away what guards them, unless <paramref name="removing"/> says that retention is at work.</summary>
    public static void AppendOnly(SqliteConnection connection, Func<bool> removing) => Set(connection, (action, name) => action switch
    {
        raw.SQLITE_UPDATE => name != "event",
        raw.SQLITE_DELETE => name != "event" || removing(),
        raw.SQLITE_DROP_TRIGGER => name == SqliteSchema.DeleteGuard && removing(),
        raw.SQLITE_DROP_TABLE or raw.SQLITE_ALTER_TABLE or raw.SQLITE_DROP_VTABLE or raw.SQLITE_ATTACH or raw.SQLITE_DETACH => false,
        _ => true,
    });

    /// <summary>Everything.</summary>
    public static void Clear(SqliteConnection connection) => raw.sqlite3_set_authorizer(connection.Handle, (strdelegate_authorizer?)null, null);

    private static void Set(SqliteConnection connection, Func<int, string?, bool> allows)
    {
        strdelegate_authorizer authorizer = (_, action, name, _, _, _) => allows(action, name) ? raw.SQLITE_OK : raw.SQLITE_DENY;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_set_authorizer(connection.Handle, authorizer, null), connection.Handle);
    }
}
