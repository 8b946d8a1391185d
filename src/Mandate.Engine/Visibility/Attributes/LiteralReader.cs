using Mandate.Engine.Visibility.Language;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Visibility.Attributes;

/// <summary>Reads a query's values as values of the attribute they are compared with.</summary>
internal static class LiteralReader
{
    private const string StatusPrefix = "WORKFLOW_EXECUTION_STATUS_";

    private static readonly (string Name, WorkflowExecutionStatus Status)[] Statuses =
    [
        .. Enum.GetValues<WorkflowExecutionStatus>().Where(s => s != WorkflowExecutionStatus.Unspecified).Select(s => (s.ToString(), s)),
    ];

    /// <exception cref="InvalidQueryException">The value is none of the attribute's.</exception>
    public static IndexedValue Read(SearchAttribute attribute, QueryLiteral literal) => attribute.Meaning switch
    {
        ValueMeaning.Status => Status(attribute, literal),
        ValueMeaning.Duration => Duration(attribute, literal),
        _ => OfType(attribute, literal),
    };

    /// <summary>A status by the name queries and answers use.</summary>
    public static string StatusName(long number) => ((WorkflowExecutionStatus)number).ToString();

    private static IndexedValue OfType(SearchAttribute attribute, QueryLiteral literal) => (attribute.Type, literal.Kind) switch
    {
        (IndexedValueType.Keyword or IndexedValueType.KeywordList or IndexedValueType.Text, QueryLiteralKind.Text) => IndexedValue.Of(literal.Text),
        (IndexedValueType.Int or IndexedValueType.Double, QueryLiteralKind.Integer) => IndexedValue.Of(literal.Integer),
        (IndexedValueType.Int or IndexedValueType.Double, QueryLiteralKind.Decimal) => IndexedValue.Of(literal.Decimal),
        (IndexedValueType.Bool, QueryLiteralKind.Boolean) => IndexedValue.Of(literal.Integer),
        (IndexedValueType.Datetime, QueryLiteralKind.Integer) => IndexedValue.Of(TimeText.FromNanoseconds(literal.Integer)),
        (IndexedValueType.Datetime, QueryLiteralKind.Text) when TimeText.TryParse(literal.Text, out var ticks) => IndexedValue.Of(ticks),
        _ => throw Refuse(attribute, literal, attribute.Type switch
        {
            IndexedValueType.Int => "an integer, such as 42",
            IndexedValueType.Double => "a number, such as 1.5",
            IndexedValueType.Bool => "true or false, without quotes",
            IndexedValueType.Datetime => "a time, such as '2026-03-04T12:00:00Z' (RFC 3339), or nanoseconds since 1970",
            _ => "a string between quotes",
        }),
    };

    private static IndexedValue Status(SearchAttribute attribute, QueryLiteral literal)
    {
        foreach (var (name, status) in Statuses)
        {
            var matches = literal.Kind switch
            {
                QueryLiteralKind.Integer => literal.Integer == (long)status,
                QueryLiteralKind.Text => literal.Text == name || IsLongName(literal.Text, name),
                _ => false,
            };
            if (matches)
                return IndexedValue.Of((long)status);
        }

        throw Refuse(attribute, literal, $"one of {string.Join(", ", Statuses.Select(s => $"'{s.Name}'"))} or its number");
    }

    /// <summary>The name of the protocol's enumeration: TimedOut is WORKFLOW_EXECUTION_STATUS_TIMED_OUT.</summary>
    private static bool IsLongName(string text, string name) =>
        text.StartsWith(StatusPrefix, StringComparison.Ordinal) && text[StatusPrefix.Length..].Replace("_", "", StringComparison.Ordinal).Equals(name, StringComparison.OrdinalIgnoreCase);

    private static IndexedValue Duration(SearchAttribute attribute, QueryLiteral literal)
    {
        if (literal.Kind == QueryLiteralKind.Integer)
            return IndexedValue.Of(literal.Integer);
        if (literal.Kind == QueryLiteralKind.Text && DurationText.TryParse(literal.Text, out var nanoseconds))
            return IndexedValue.Of(nanoseconds);
        throw Refuse(attribute, literal, "a duration: nanoseconds, '1h30m', '2d' or 'hh:mm:ss'");
    }

    private static InvalidQueryException Refuse(SearchAttribute attribute, QueryLiteral literal, string expected) =>
        new(literal.Position, $"{literal.Describe()} is no value of {attribute.Name}, which is {expected}.");
}
