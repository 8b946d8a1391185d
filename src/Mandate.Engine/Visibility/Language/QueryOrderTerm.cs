namespace Mandate.Engine.Visibility.Language;

/// <summary>One attribute of ORDER BY. Runs without the attribute come last in either direction.</summary>
internal readonly record struct QueryOrderTerm(QueryName Attribute, bool Descending);
