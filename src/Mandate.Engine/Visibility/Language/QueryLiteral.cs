namespace Mandate.Engine.Visibility.Language;

/// <summary>A value as written; what it means depends on the attribute it is compared with.</summary>
internal readonly record struct QueryLiteral(QueryLiteralKind Kind, int Position)
{
    /// <summary>The text of a string.</summary>
    public string Text { get; init; } = "";

    /// <summary>The value of an integer; 1 or 0 of a boolean.</summary>
    public long Integer { get; init; }

    /// <summary>The value of a decimal.</summary>
    public double Decimal { get; init; }

    /// <summary>The value as an error names it.</summary>
    public string Describe() => Kind switch
    {
        QueryLiteralKind.Text => $"the string '{InvalidQueryException.Shorten(Text)}'",
        QueryLiteralKind.Integer => $"the integer {Integer}",
        QueryLiteralKind.Decimal => $"the number {Decimal:R}",
        _ => Integer != 0 ? "the boolean true" : "the boolean false",
    };
}
