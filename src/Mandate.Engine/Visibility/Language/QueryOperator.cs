namespace Mandate.Engine.Visibility.Language;

/// <summary>How a condition tests an attribute. Each has its opposite, so that a NOT can always be taken into the condition.</summary>
internal enum QueryOperator
{
    Equal,
    NotEqual,
    Less,
    GreaterOrEqual,
    Greater,
    LessOrEqual,
    In,
    NotIn,
    Between,
    NotBetween,
    StartsWith,
    NotStartsWith,
    IsNull,
    IsNotNull,
}
