namespace Mandate.Engine.Visibility.Language;

/// <summary>One token; <paramref name="Position"/> is the index of its first character in the query.</summary>
internal readonly record struct QueryToken(QueryTokenKind Kind, string Text, int Position)
{
    /// <summary>True for the bare word <paramref name="keyword"/>, in any case of letters.</summary>
    public bool Is(string keyword) => Kind == QueryTokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    /// <summary>True for the operator or punctuation mark <paramref name="symbol"/>.</summary>
    public bool IsSymbol(string symbol) => Kind == QueryTokenKind.Symbol && Text == symbol;

    /// <summary>The token as an error names it.</summary>
    public string Describe() => Kind switch
    {
        QueryTokenKind.End => "the end of the query",
        QueryTokenKind.Text => $"the string '{InvalidQueryException.Shorten(Text)}'",
        QueryTokenKind.Integer or QueryTokenKind.Decimal => $"the number {InvalidQueryException.Shorten(Text)}",
        _ => $"'{InvalidQueryException.Shorten(Text)}'",
    };
}
