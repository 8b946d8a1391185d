namespace Mandate.Engine.Visibility.Language;

/// <summary>A part under NOT.</summary>
internal sealed record QueryNot(QueryExpression Part) : QueryExpression;
