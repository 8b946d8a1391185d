namespace Mandate.Engine.Visibility.Language;

/// <summary>What the lexer tells apart.</summary>
internal enum QueryTokenKind
{
    /// <summary>The query is over.</summary>
    End,

    /// <summary>A bare word: a keyword of the language or an attribute's name.</summary>
    Word,

    /// <summary>A name in backticks: never a keyword.</summary>
    QuotedName,

    /// <summary>A string in single or double quotes, without them and unescaped.</summary>
    Text,

    /// <summary>Digits alone.</summary>
    Integer,

    /// <summary>A number with a point or an exponent.</summary>
    Decimal,

    /// <summary>An operator or punctuation mark.</summary>
    Symbol,
}
