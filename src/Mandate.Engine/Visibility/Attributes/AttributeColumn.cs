namespace Mandate.Engine.Visibility.Attributes;

/// <summary>Where the value of a system attribute is found in a run's row.</summary>
/// <param name="Expression">SQL expression of the value.</param>
internal sealed record AttributeColumn(string Expression)
{
    /// <summary>Condition under which there is a value; null when the expression itself is NULL without one.</summary>
    public string? PresentWhen { get; init; }

    /// <summary>Expression of the value when the first one is NULL.</summary>
    public string? Otherwise { get; init; }

    /// <summary>Expression to order by, NULL without a value; null for <see cref="Expression"/>.</summary>
    public string? OrderBy { get; init; }

    /// <summary>True when every run has a value.</summary>
    public bool IsAlwaysPresent { get; init; }
}
