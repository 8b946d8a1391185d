using System.Buffers;
using Mandate.Audit.Canonical;
using SQLitePCL;

namespace Mandate.Audit.Storage;

/// <summary>A row of the event table: what it is selected as, and its canonical bytes without decoding.</summary>
internal static class EventColumns
{
    public const string List =
        "format, sequence, event_id, time, tenant, type, action, result, resource_type, resource_id, actor_type, actor_id, actor_address, context, metadata, previous_hash, hash";

    public const int Format = 0;
    public const int Sequence = 1;
    public const int EventId = 2;
    public const int Time = 3;
    public const int Tenant = 4;
    public const int Context = 13;
    public const int Metadata = 14;
    public const int PreviousHash = 15;
    public const int Hash = 16;

    private static readonly int[] Types =
    [
        raw.SQLITE_INTEGER, raw.SQLITE_INTEGER, raw.SQLITE_BLOB, raw.SQLITE_INTEGER,
        raw.SQLITE_TEXT, raw.SQLITE_TEXT, raw.SQLITE_TEXT, raw.SQLITE_TEXT, raw.SQLITE_TEXT, raw.SQLITE_TEXT, raw.SQLITE_TEXT, raw.SQLITE_TEXT, raw.SQLITE_TEXT,
        raw.SQLITE_BLOB, raw.SQLITE_BLOB, raw.SQLITE_BLOB, raw.SQLITE_BLOB,
    ];

    /// <summary>Whether the row has the types of an event of the known format.</summary>
    public static bool AreWellFormed(SqliteStatement row)
    {
        for (var i = 0; i < Types.Length; i++)
        {
            if (row.TypeOf(i) != Types[i])
                return false;
        }

        return row.Int64(Format) == CanonicalEvent.Version;
    }

    /// <summary>Writes the row's canonical bytes, from the stored bytes alone.</summary>
    public static void WriteCanonical(SqliteStatement row, IBufferWriter<byte> writer)
    {
        writer.Write([(byte)row.Int64(Format)]);
        writer.WriteField(row.Int64(Sequence));
        writer.WriteField(row.Bytes(EventId));
        writer.WriteField(row.Int64(Time));
        for (var i = Tenant; i <= PreviousHash; i++)
            writer.WriteField(row.Bytes(i));
    }
}
