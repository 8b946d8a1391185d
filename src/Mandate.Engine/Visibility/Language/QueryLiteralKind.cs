namespace Mandate.Engine.Visibility.Language;

/// <summary>How a value is written in a query.</summary>
internal enum QueryLiteralKind
{
    Text,
    Integer,
    Decimal,
    Boolean,
}
