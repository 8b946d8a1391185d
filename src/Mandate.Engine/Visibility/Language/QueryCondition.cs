namespace Mandate.Engine.Visibility.Language;

/// <summary>
/// A test of one attribute: none, one, two (BETWEEN) or many (IN) values. An attribute that a run does not have makes every test but IS NULL unknown, which is not true;
/// so is its opposite, as in SQL.
/// </summary>
internal sealed record QueryCondition(QueryName Attribute, QueryOperator Operator, IReadOnlyList<QueryLiteral> Values, int Position) : QueryExpression;
