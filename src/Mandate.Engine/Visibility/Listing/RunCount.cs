using Mandate.Engine.Storage;
using Mandate.Engine.Visibility.Attributes;
using Mandate.Engine.Visibility.Language;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Visibility.Listing;

/// <summary>Counts the runs of a namespace, in all or by status.</summary>
internal sealed class RunCount(SqliteDatabase database, int namespaceKey, SearchAttributeCatalog catalog)
{
    /// <exception cref="InvalidQueryException">The query cannot be understood.</exception>
    /// <exception cref="SqliteException">The store cannot be read.</exception>
    public CountWorkflowExecutionsResponse Read(string query)
    {
        var parsed = VisibilityQuery.Parse(query);
        var sql = new SqlText();
        var filter = new FilterSql(sql, namespaceKey, catalog);
        var grouped = CheckGroup(parsed, filter);
        // Lists and counts are often asked with the same query: an order changes nothing here, but must be a good one.
        _ = new RunOrder(parsed.OrderBy, filter, namespaceKey);
        sql.Append(grouped ? "SELECT count(*), status" : "SELECT count(*)").Append(" FROM runs WHERE namespace = ").Append(namespaceKey);
        if (parsed.Filter is { } expression)
        {
            sql.Append(" AND ");
            filter.Write(expression);
        }

        using var statement = sql.Append(grouped ? " GROUP BY status ORDER BY status" : "").Prepare(database);
        var response = new CountWorkflowExecutionsResponse();
        while (statement.Step())
        {
            response.Count += statement.Int64(0);
            if (grouped)
            {
                response.Groups.Add(new CountWorkflowExecutionsResponse.Types.AggregationGroup
                {
                    Count = statement.Int64(0),
                    GroupValues = { SearchAttributePayload.Keyword(LiteralReader.StatusName(statement.Int64(1))) },
                });
            }
        }

        return response;
    }

    /// <summary>Temporal groups by status alone; a query that works here is to work there.</summary>
    private static bool CheckGroup(VisibilityQuery query, FilterSql names)
    {
        if (query.GroupBy is not { } group)
            return false;
        if (names.Resolve(group) != SystemAttributes.ExecutionStatus)
            throw new InvalidQueryException(group.Position, $"GROUP BY takes ExecutionStatus only, not '{InvalidQueryException.Shorten(group.Name)}'.");
        if (query.OrderBy.Count > 0)
            throw new InvalidQueryException(query.OrderBy[0].Attribute.Position, "ORDER BY does not go with GROUP BY.");
        return true;
    }
}
