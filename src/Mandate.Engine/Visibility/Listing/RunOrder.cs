using Mandate.Engine.Visibility.Attributes;
using Mandate.Engine.Visibility.Language;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Visibility.Listing;

/// <summary>The order a query asks for: its attributes, runs without one of them last, then the runs' age.</summary>
internal sealed class RunOrder
{
    private readonly List<(string Expression, bool MayBeAbsent, bool Descending)> _terms = [];
    private readonly int _namespaceKey;

    /// <exception cref="InvalidQueryException">An attribute is unknown or has no order.</exception>
    public RunOrder(IReadOnlyList<QueryOrderTerm> terms, FilterSql names, int namespaceKey)
    {
        _namespaceKey = namespaceKey;
        foreach (var term in terms)
        {
            var attribute = names.Resolve(term.Attribute);
            if (attribute.IsMultiple)
                throw new InvalidQueryException(term.Attribute.Position, $"{attribute.Name} is of type {attribute.Type}, which has no order.");
            _terms.Add(Term(attribute, term.Descending));
        }
    }

    public int Count => _terms.Count;

    /// <summary>The runs' age follows the direction of the first attribute, so that one index gives both.</summary>
    private string KeyDirection => _terms[0].Descending ? "DESC" : "ASC";

    /// <summary>The attributes' values as columns of a result.</summary>
    public void WriteColumns(SqlText sql)
    {
        foreach (var (expression, _, _) in _terms)
            sql.Append(", ").Append(expression);
    }

    public void WriteOrderBy(SqlText sql)
    {
        sql.Append(" ORDER BY ");
        foreach (var (expression, mayBeAbsent, descending) in _terms)
        {
            if (mayBeAbsent)
                sql.Append($"{expression} IS NULL, ");
            sql.Append($"{expression} {(descending ? "DESC" : "ASC")}, ");
        }

        sql.Append($"key {KeyDirection}");
    }

    /// <summary>The condition of standing after a run: equal to it up to some attribute and behind it there.</summary>
    /// <exception cref="InvalidQueryException">The place is not one of this order.</exception>
    public void WriteAfter(SqlText sql, RunCursor cursor)
    {
        if (cursor.Order.Count != _terms.Count)
            throw InvalidQueryException.ForeignToken();
        // The bound of the first attribute follows from the rest; on its own it is one an index can use.
        if (!_terms[0].MayBeAbsent)
            sql.Append($" AND {_terms[0].Expression} {(_terms[0].Descending ? "<=" : ">=")} ").Append(cursor.Order[0] ?? throw InvalidQueryException.ForeignToken());
        sql.Append(" AND (");
        for (var i = 0; i < _terms.Count; i++)
        {
            if (cursor.Order[i] is not { } value)
                continue;
            WriteEqual(sql, cursor, i);
            var (expression, mayBeAbsent, descending) = _terms[i];
            sql.Append($"({expression} {(descending ? "<" : ">")} ").Append(value);
            if (mayBeAbsent)
                sql.Append($" OR {expression} IS NULL");
            sql.Append(") OR ");
        }

        WriteEqual(sql, cursor, _terms.Count);
        sql.Append($"key {(_terms[0].Descending ? "<" : ">")} ").Append(cursor.Key).Append(")");
    }

    private void WriteEqual(SqlText sql, RunCursor cursor, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (cursor.Order[i] is { } value)
                sql.Append($"{_terms[i].Expression} = ").Append(value).Append(" AND ");
            else
                sql.Append($"{_terms[i].Expression} IS NULL AND ");
        }
    }

    private (string Expression, bool MayBeAbsent, bool Descending) Term(SearchAttribute attribute, bool descending) => attribute.Column is { } column
        ? (column.OrderBy ?? column.Expression, !column.IsAlwaysPresent, descending)
        : ($"(SELECT value FROM search_attributes a WHERE a.run = runs.key AND a.namespace = {_namespaceKey} AND a.attribute = {attribute.Key})", true, descending);
}
