using Google.Protobuf;
using Mandate.Engine.Storage;
using Mandate.Engine.Visibility.Attributes;
using Mandate.Engine.Visibility.Language;
using Mandate.Protocol.Api.Workflow.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using SQLitePCL;

namespace Mandate.Engine.Visibility.Listing;

/// <summary>Lists the runs of a namespace page by page.</summary>
/// <remarks>
/// The default order is Temporal's: open runs first, then by close time, newest first; within these by start time, newest first. A page continues behind the last run of the one
/// before, wherever that is by now, so that runs which begin meanwhile neither repeat nor hide others. Runs that close while a list is being read keep the place among the open
/// runs that they had when it began; otherwise one that was listed already would come again among the closed.
/// </remarks>
internal sealed class RunList(SqliteDatabase database, int namespaceKey, SearchAttributeCatalog catalog)
{
    /// <summary>Runs of a page at most, and when the request does not say. As Temporal's.</summary>
    public const int MaxPageSize = 1_000;

    /// <summary>Bytes of runs after which a page ends early: callers accept 4 MiB in one answer by default.</summary>
    public const int MaxPageBytes = 2 * 1024 * 1024;

    /// <summary>Matches up to which a filtered list is collected and sorted instead of being read in order.</summary>
    public const int GatherLimit = 2_000;

    /// <summary>Reads a page.</summary>
    /// <exception cref="InvalidQueryException">The query or the token cannot be understood.</exception>
    /// <exception cref="SqliteException">The store cannot be read.</exception>
    public ListWorkflowExecutionsResponse Read(string query, int pageSize, ByteString token)
    {
        var parsed = VisibilityQuery.Parse(query);
        if (parsed.GroupBy is { } group)
            throw new InvalidQueryException(group.Position, "GROUP BY is for CountWorkflowExecutions; a list has no groups.");
        var after = PageToken.Parse(token, namespaceKey, query);
        var size = pageSize is <= 0 or > MaxPageSize ? MaxPageSize : pageSize;

        // One transaction, so that all statements see the same state.
        database.Execute("BEGIN");
        try
        {
            var asOf = after?.AsOf ?? LastClose();
            // One more than asked for tells whether there is a next page.
            var found = parsed.OrderBy.Count == 0 ? InDefaultOrder(parsed.Filter, after?.After, asOf, size + 1) : InOrder(parsed, after?.After, size + 1);
            return Answer(found, size, last => new PageToken(asOf, last).ToByteString(namespaceKey, query));
        }
        finally
        {
            // Some errors have ended the transaction already.
            if (!database.AutoCommit)
                database.Execute("ROLLBACK");
        }
    }

    private ListWorkflowExecutionsResponse Answer(List<RunCursor> found, int size, Func<RunCursor, ByteString> token)
    {
        var response = new ListWorkflowExecutionsResponse();
        using var info = database.Prepare("SELECT info FROM runs WHERE key = ?1");
        long bytes = 0;
        for (var i = 0; i < found.Count && i < size && bytes < MaxPageBytes; i++)
        {
            info.Bind(1, found[i].Key);
            info.Step();
            var record = info.Blob(0);
            bytes += record.Length;
            response.Executions.Add(WorkflowExecutionInfo.Parser.ParseFrom(record));
            info.Reset();
        }

        if (response.Executions.Count < found.Count)
            response.NextPageToken = token(found[response.Executions.Count - 1]);
        return response;
    }

    private long LastClose()
    {
        using var statement = new SqlText().Append("SELECT max(closed) FROM runs WHERE namespace = ").Append(namespaceKey)
            .Append($" AND closed < {VisibilitySchema.OpenText}").Prepare(database);
        return statement.Step() && !statement.IsNull(0) ? statement.Int64(0) : long.MinValue;
    }

    private List<RunCursor> InDefaultOrder(QueryExpression? filter, RunCursor? after, long asOf, int limit) =>
        (filter is null ? null : TryGather(filter, after, asOf, limit)) ?? InIndexOrder(filter, after, asOf, limit);

    /// <summary>
    /// Collects all that the filter lets pass, by whatever index fits it best, and sorts it here. Null when that is much: then an index in the list's order soon finds a page's worth.
    /// </summary>
    private List<RunCursor>? TryGather(QueryExpression filter, RunCursor? after, long asOf, int limit)
    {
        var found = Select(filter, static _ => { }, GatherLimit + 1);
        if (found.Count > GatherLimit)
            return null;
        return
        [
            .. found.Select(r => r.Closed > asOf ? r with { Closed = VisibilitySchema.Open } : r)
                .Where(r => after is not { } last || (r.Closed, r.Start, r.Key).CompareTo((last.Closed, last.Start, last.Key)) < 0)
                .OrderByDescending(r => r.Closed).ThenByDescending(r => r.Start).ThenByDescending(r => r.Key)
                .Take(limit),
        ];
    }

    private List<RunCursor> InIndexOrder(QueryExpression? filter, RunCursor? after, long asOf, int limit)
    {
        List<RunCursor> found = [];
        var amongOpen = after is not { Closed: < VisibilitySchema.Open };
        if (amongOpen)
        {
            var open = Select(filter, sql => StillOpen(sql, after), limit);
            var since = after is { } last ? Select(filter, sql => ClosedSince(sql, last, asOf), limit) : [];
            found.AddRange(open.Concat(since)
                .OrderByDescending(r => r.Start).ThenByDescending(r => r.Key)
                .Take(limit)
                .Select(r => r with { Closed = VisibilitySchema.Open }));
        }

        if (found.Count < limit)
            found.AddRange(Select(filter, sql => ClosedBefore(sql, amongOpen ? null : after, asOf), limit - found.Count));
        return found;
    }

    private static void StillOpen(SqlText sql, RunCursor? after)
    {
        sql.Append($" AND closed = {VisibilitySchema.OpenText}");
        if (after is { } last)
            sql.Append(" AND (start_time, key) < (").Append(last.Start).Append(", ").Append(last.Key).Append(")");
        sql.Append(" ORDER BY start_time DESC, key DESC");
    }

    /// <summary>Few, so they are found by their close time and sorted; the signs keep SQLite from walking through all runs in order of their starts instead.</summary>
    private static void ClosedSince(SqlText sql, RunCursor last, long asOf) => sql
        .Append($" AND closed < {VisibilitySchema.OpenText} AND closed > ").Append(asOf)
        .Append(" AND (+start_time, +key) < (").Append(last.Start).Append(", ").Append(last.Key).Append(") ORDER BY +start_time DESC, +key DESC");

    private static void ClosedBefore(SqlText sql, RunCursor? after, long asOf)
    {
        if (after is { } last)
            sql.Append(" AND (closed, start_time, key) < (").Append(last.Closed).Append(", ").Append(last.Start).Append(", ").Append(last.Key).Append(")");
        else
            sql.Append(" AND closed <= ").Append(asOf);
        sql.Append(" ORDER BY closed DESC, start_time DESC, key DESC");
    }

    private List<RunCursor> Select(QueryExpression? filter, Action<SqlText> rest, int limit)
    {
        var sql = new SqlText().Append("SELECT key, closed, start_time FROM runs WHERE namespace = ").Append(namespaceKey);
        if (filter is not null)
            new FilterSql(sql.Append(" AND "), namespaceKey, catalog).Write(filter);
        rest(sql);
        using var statement = sql.Append(" LIMIT ").Append(limit).Prepare(database);
        List<RunCursor> found = [];
        while (statement.Step())
            found.Add(new(statement.Int64(0), statement.Int64(1), statement.Int64(2), []));
        return found;
    }

    private List<RunCursor> InOrder(VisibilityQuery query, RunCursor? after, int limit)
    {
        var sql = new SqlText();
        var filter = new FilterSql(sql, namespaceKey, catalog);
        var order = new RunOrder(query.OrderBy, filter, namespaceKey);
        order.WriteColumns(sql.Append("SELECT key"));
        sql.Append(" FROM runs WHERE namespace = ").Append(namespaceKey);
        if (query.Filter is { } expression)
        {
            sql.Append(" AND ");
            filter.Write(expression);
        }

        if (after is { } last)
            order.WriteAfter(sql, last);
        order.WriteOrderBy(sql);
        using var statement = sql.Append(" LIMIT ").Append(limit).Prepare(database);
        List<RunCursor> found = [];
        while (statement.Step())
            found.Add(new(statement.Int64(0), 0, 0, Values(statement, order.Count)));
        return found;
    }

    private static IndexedValue?[] Values(SqliteStatement statement, int count)
    {
        var values = new IndexedValue?[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = statement.ColumnType(i + 1) switch
            {
                raw.SQLITE_INTEGER => IndexedValue.Of(statement.Int64(i + 1)),
                raw.SQLITE_FLOAT => IndexedValue.Of(statement.Double(i + 1)),
                raw.SQLITE_TEXT => IndexedValue.Of(statement.Text(i + 1)),
                _ => null,
            };
        }

        return values;
    }
}
