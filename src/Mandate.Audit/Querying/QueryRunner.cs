using System.Text;
using Mandate.Audit.Canonical;
using Mandate.Audit.Storage;
using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Querying;

/// <summary>Reads pages of one tenant's events.</summary>
internal static class QueryRunner
{
    public static AuditPage Run(SqliteConnection connection, string tenant, AuditQuery query, CancellationToken cancellation)
    {
        var sql = new StringBuilder("SELECT ").Append(EventColumns.List).Append(" FROM event WHERE tenant = ?");
        var bindings = new List<Action<SqliteStatement, int>> { BindText(tenant) };

        Where(" AND type = ?", query.Type);
        Where(" AND action = ?", query.Action);
        Where(" AND result = ?", query.Result?.ToCanonical());
        Where(" AND resource_type = ?", query.ResourceType);
        Where(" AND resource_id = ?", query.ResourceId);
        Where(" AND actor_type = ?", query.ActorType);
        Where(" AND actor_id = ?", query.ActorId);
        // A time between two microseconds lies after all events of the earlier one.
        WhereNumber(" AND time >= ?", query.From is { } from ? Ceiling(from) : null);
        WhereNumber(" AND time < ?", query.To is { } to ? Ceiling(to) : null);
        WhereNumber(query.OldestFirst ? " AND sequence > ?" : " AND sequence < ?", query.Cursor is { } cursor ? Cursor.Read(cursor, tenant, query) : null);
        sql.Append(query.OldestFirst ? " ORDER BY sequence" : " ORDER BY sequence DESC").Append(" LIMIT ?");
        // One more than asked for tells whether there is a next page.
        bindings.Add((statement, at) => statement.Bind(at, query.Limit + 1L));

        using var rows = new SqliteStatement(connection, sql.ToString());
        for (var i = 0; i < bindings.Count; i++)
            bindings[i](rows, i + 1);

        var events = new List<AuditEvent>();
        while (rows.Step())
        {
            cancellation.ThrowIfCancellationRequested();
            if (events.Count == query.Limit)
                return new(events, Cursor.Write(tenant, query, events[^1].Sequence));
            events.Add(EventReader.Read(rows));
        }

        return new(events, NextCursor: null);

        void Where(string condition, string? value)
        {
            if (value is null)
                return;
            sql.Append(condition);
            bindings.Add(BindText(value));
        }

        void WhereNumber(string condition, long? value)
        {
            if (value is not { } number)
                return;
            sql.Append(condition);
            bindings.Add((statement, at) => statement.Bind(at, number));
        }
    }

    public static AuditEvent? Find(SqliteConnection connection, string tenant, Guid id)
    {
        using var row = new SqliteStatement(connection, $"SELECT {EventColumns.List} FROM event WHERE event_id = ?1 AND tenant = ?2");
        row.BindBlob(1, id.ToByteArray(bigEndian: true));
        BindText(tenant)(row, 2);
        return row.Step() ? EventReader.Read(row) : null;
    }

    private static Action<SqliteStatement, int> BindText(string text)
    {
        // A text that is not well-formed cannot have been recorded; with its replacement it would be another text, which matches nothing recorded as this one.
        var bytes = Encoding.UTF8.GetBytes(text);
        return (statement, at) => statement.BindText(at, bytes);
    }

    private static long Ceiling(DateTimeOffset time)
    {
        var microseconds = AuditTime.ToMicroseconds(time);
        return AuditTime.FromMicroseconds(microseconds) < time ? microseconds + 1 : microseconds;
    }
}
