namespace Mandate.Engine.Visibility.Language;

/// <summary>Bounds of one query, so that none can exhaust the stack, SQLite's parser or its planner.</summary>
internal static class QueryLimits
{
    /// <summary>Characters of a query.</summary>
    public const int MaxLength = 65_536;

    /// <summary>Brackets and NOTs within each other.</summary>
    public const int MaxDepth = 50;

    /// <summary>Comparisons in a query.</summary>
    public const int MaxConditions = 200;

    /// <summary>Values in a query, those in lists included.</summary>
    public const int MaxValues = 5_000;

    /// <summary>Attributes to order by.</summary>
    public const int MaxOrderTerms = 5;
}
