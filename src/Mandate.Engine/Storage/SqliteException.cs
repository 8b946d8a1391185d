namespace Mandate.Engine.Storage;

/// <summary>An error code of SQLite, before it is translated for users.</summary>
internal sealed class SqliteException(int extendedCode, string message) : Exception(message)
{
    /// <summary>The extended result code; its low byte is the primary code.</summary>
    public int ExtendedCode { get; } = extendedCode;

    /// <summary>The primary result code, such as <c>SQLITE_FULL</c>.</summary>
    public int Code => ExtendedCode & 0xFF;
}
