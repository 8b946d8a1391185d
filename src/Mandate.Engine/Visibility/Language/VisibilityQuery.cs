namespace Mandate.Engine.Visibility.Language;

/// <summary>A parsed query: which runs, in groups of what, in which order. Names are not resolved yet.</summary>
internal sealed record VisibilityQuery(QueryExpression? Filter, QueryName? GroupBy, IReadOnlyList<QueryOrderTerm> OrderBy)
{
    /// <summary>Parses a query; an empty one is every run in the default order.</summary>
    /// <exception cref="InvalidQueryException">The text is not a query.</exception>
    public static VisibilityQuery Parse(string query) => new QueryParser(query).Parse();
}
