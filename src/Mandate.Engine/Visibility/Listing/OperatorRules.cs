using Mandate.Engine.Visibility.Attributes;
using Mandate.Engine.Visibility.Language;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Visibility.Listing;

/// <summary>Which operators each type of attribute takes.</summary>
internal static class OperatorRules
{
    private static readonly QueryOperator[] Equality = [QueryOperator.Equal, QueryOperator.NotEqual];
    private static readonly QueryOperator[] Membership = [.. Equality, QueryOperator.In, QueryOperator.NotIn];

    private static readonly QueryOperator[] Ordered =
    [
        .. Membership, QueryOperator.Less, QueryOperator.LessOrEqual, QueryOperator.Greater, QueryOperator.GreaterOrEqual, QueryOperator.Between, QueryOperator.NotBetween,
    ];

    private static readonly QueryOperator[] Prefixed = [.. Ordered, QueryOperator.StartsWith, QueryOperator.NotStartsWith];

    /// <exception cref="InvalidQueryException">The attribute's type does not take the operator.</exception>
    public static void Check(SearchAttribute attribute, QueryCondition condition)
    {
        if (condition.Operator is QueryOperator.IsNull or QueryOperator.IsNotNull)
            return;
        var accepted = Accepted(attribute);
        if (!accepted.Contains(condition.Operator))
        {
            throw new InvalidQueryException(
                condition.Position,
                $"{attribute.Name} is of type {attribute.Type} and does not take {condition.Operator.Text()}. It takes {string.Join(", ", accepted.Select(o => o.Text()))}, IS NULL, IS NOT NULL.");
        }
    }

    private static QueryOperator[] Accepted(SearchAttribute attribute) => attribute switch
    {
        { Meaning: ValueMeaning.Status } => Membership,
        { Type: IndexedValueType.Keyword } => Prefixed,
        { Type: IndexedValueType.Text } => Equality,
        { Type: IndexedValueType.KeywordList or IndexedValueType.Bool } => Membership,
        _ => Ordered,
    };
}
