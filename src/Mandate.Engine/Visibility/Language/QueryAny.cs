namespace Mandate.Engine.Visibility.Language;

/// <summary>Parts joined by OR; at least two.</summary>
internal sealed record QueryAny(IReadOnlyList<QueryExpression> Parts) : QueryExpression;
