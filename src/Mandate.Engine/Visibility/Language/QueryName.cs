namespace Mandate.Engine.Visibility.Language;

/// <summary>An attribute's name where a query mentions it.</summary>
internal readonly record struct QueryName(string Name, int Position);
