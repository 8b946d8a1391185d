using System.Buffers.Binary;
using Mandate.Audit.Canonical;
using Mandate.Audit.Querying;
using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Storage.Sqlite;

/// <summary>
/// Brings a ledger of schema version 1, which had a column for each field, to the present schema. The canonical bytes are put together from the stored bytes and the stored hash is
/// kept, so what was damaged before is damaged after it.
/// </summary>
internal static class SqliteMigration
{
    private const int Sequence = 1;
    private const int Time = 3;
    private const int Hash = 16;
    private const int Ledger = 17;

    public static void FromVersion1(SqliteConnection connection, string tables)
    {
        connection.Execute("""
            DROP TRIGGER IF EXISTS event_is_never_updated;
            DROP TRIGGER IF EXISTS event_is_never_deleted;
            DROP TRIGGER IF EXISTS event_is_only_appended;
            DROP INDEX IF EXISTS event_by_event_id;
            ALTER TABLE event RENAME TO event_1;
            """);
        connection.Execute(tables);
        connection.Execute("INSERT INTO ledger (tenant) SELECT CAST(tenant AS BLOB) FROM event_1 GROUP BY tenant ORDER BY min(id)");
        using (var insert = new SqliteAppend(connection))
        using (var row = new SqliteStatement(connection, """
            SELECT format, sequence, event_id, time, event_1.tenant, type, action, result, resource_type, resource_id, actor_type, actor_id, actor_address, context, metadata, previous_hash, hash, number
            FROM event_1 JOIN ledger ON ledger.tenant = CAST(event_1.tenant AS BLOB) ORDER BY number, sequence, id
            """))
        {
            while (row.Step())
            {
                var canonical = Canonical(row);
                var hash = row.Bytes(Hash).ToArray();
                var terms = CanonicalReader.Read(canonical, hash) is { } read ? SearchTerms.Of(read.Entry) : [];
                insert.Run(row.Int64(Ledger), row.Int64(Sequence), canonical, hash, row.Int64(Time), terms);
            }

            insert.Flush();
        }

        connection.Execute("DROP TABLE event_1");
    }

    private static byte[] Canonical(SqliteStatement row)
    {
        using var bytes = new MemoryStream();
        bytes.WriteByte((byte)row.Int64(0));
        var number = new byte[sizeof(long)];
        for (var column = 1; column < Hash; column++)
        {
            if (column is not (Sequence or Time))
            {
                WriteField(bytes, row.Bytes(column));
                continue;
            }

            BinaryPrimitives.WriteInt64BigEndian(number, row.Int64(column));
            WriteField(bytes, number);
        }

        return bytes.ToArray();
    }

    private static void WriteField(MemoryStream bytes, ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)field.Length);
        bytes.Write(length);
        bytes.Write(field);
    }
}
