namespace Mandate.Engine.Visibility.Language;

/// <summary>A filter, or a part of one.</summary>
internal abstract record QueryExpression;
