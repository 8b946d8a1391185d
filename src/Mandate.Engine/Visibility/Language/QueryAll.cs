namespace Mandate.Engine.Visibility.Language;

/// <summary>Parts joined by AND; at least two.</summary>
internal sealed record QueryAll(IReadOnlyList<QueryExpression> Parts) : QueryExpression;
