namespace Mandate.Engine.Visibility.Language;

/// <summary>Facts about <see cref="QueryOperator"/>.</summary>
internal static class QueryOperators
{
    /// <summary>Opposites stand beside each other in the enumeration.</summary>
    public static QueryOperator Opposite(this QueryOperator operation) => (QueryOperator)((int)operation ^ 1);

    /// <summary>The operator as queries write it.</summary>
    public static string Text(this QueryOperator operation) => operation switch
    {
        QueryOperator.Equal => "=",
        QueryOperator.NotEqual => "!=",
        QueryOperator.Less => "<",
        QueryOperator.GreaterOrEqual => ">=",
        QueryOperator.Greater => ">",
        QueryOperator.LessOrEqual => "<=",
        QueryOperator.In => "IN",
        QueryOperator.NotIn => "NOT IN",
        QueryOperator.Between => "BETWEEN",
        QueryOperator.NotBetween => "NOT BETWEEN",
        QueryOperator.StartsWith => "STARTS_WITH",
        QueryOperator.NotStartsWith => "NOT STARTS_WITH",
        QueryOperator.IsNull => "IS NULL",
        QueryOperator.IsNotNull => "IS NOT NULL",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };
}
