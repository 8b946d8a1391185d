using Mandate.Engine.Visibility.Attributes;
using Mandate.Engine.Visibility.Language;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Visibility.Listing;

/// <summary>Translates a filter into a condition on the rows of runs.</summary>
/// <remarks>
/// <list type="number">
/// <item>NOT is taken inwards, down to the conditions: what is left are AND, OR and conditions that hold only if the attribute has a value. That is SQL's logic with unknowns,
/// written in a form for which indexes can be used.</item>
/// <item>A condition on a system attribute tests a column.</item>
/// <item>A condition on any other attribute is a set of runs from the index of search attributes: of those with a fitting value, or, for attributes with several values and
/// a negative test, of those with a value and without a fitting one.</item>
/// </list>
/// </remarks>
internal sealed class FilterSql(SqlText sql, int namespaceKey, SearchAttributeCatalog catalog)
{
    private int _words;

    /// <summary>Finds the attribute a query names.</summary>
    /// <exception cref="InvalidQueryException">There is none.</exception>
    public SearchAttribute Resolve(QueryName name) => catalog.TryResolve(name.Name, out var attribute)
        ? attribute
        : throw new InvalidQueryException(
            name.Position,
            $"'{InvalidQueryException.Shorten(name.Name)}' is not a search attribute of this namespace. Names are case-sensitive; custom attributes are registered with OperatorService.AddSearchAttributes, and ListSearchAttributes tells which there are.");

    /// <exception cref="InvalidQueryException">A name, an operator or a value does not fit.</exception>
    public void Write(QueryExpression expression, bool negated = false)
    {
        switch (expression)
        {
            case QueryNot not:
                Write(not.Part, !negated);
                break;
            case QueryAll all:
                Join(all.Parts, negated ? " OR " : " AND ", negated);
                break;
            case QueryAny any:
                Join(any.Parts, negated ? " AND " : " OR ", negated);
                break;
            case QueryCondition condition:
                Write(condition, negated ? condition.Operator.Opposite() : condition.Operator);
                break;
            default:
                throw new InvalidOperationException($"A filter has a part of type {expression.GetType().Name}.");
        }
    }

    private void Join(IReadOnlyList<QueryExpression> parts, string separator, bool negated)
    {
        sql.Append("(");
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0)
                sql.Append(separator);
            Write(parts[i], negated);
        }

        sql.Append(")");
    }

    private void Write(QueryCondition condition, QueryOperator operation)
    {
        var attribute = Resolve(condition.Attribute);
        OperatorRules.Check(attribute, condition);
        var values = new List<IndexedValue>(condition.Values.Count);
        foreach (var literal in condition.Values)
            values.Add(LiteralReader.Read(attribute, literal));
        if (attribute.Column is { } column)
            WriteColumn(column, operation, values);
        else if (attribute.IsMultiple)
            WriteMultiple(attribute, condition, operation, values);
        else
            WriteSingle(attribute, operation, values);
    }

    private void WriteColumn(AttributeColumn column, QueryOperator operation, List<IndexedValue> values)
    {
        if (operation is QueryOperator.IsNull or QueryOperator.IsNotNull)
        {
            var absent = operation == QueryOperator.IsNull;
            if (column.IsAlwaysPresent)
                sql.Append(absent ? "0" : "1");
            else if (column.PresentWhen is { } present)
                sql.Append(absent ? $"NOT ({present})" : $"({present})");
            else
                sql.Append(column.Expression).Append(absent ? " IS NULL" : " IS NOT NULL");
            return;
        }

        sql.Append("(");
        if (column.PresentWhen is not null)
            sql.Append(column.PresentWhen).Append(" AND ");
        Test(column.Expression, operation, values);
        if (column.Otherwise is { } otherwise)
        {
            sql.Append($" OR ({column.Expression} IS NULL AND ");
            Test(otherwise, operation, values);
            sql.Append(")");
        }

        sql.Append(")");
    }

    private void WriteSingle(SearchAttribute attribute, QueryOperator operation, List<IndexedValue> values)
    {
        if (operation is QueryOperator.IsNull or QueryOperator.IsNotNull)
        {
            RunsWith(attribute, operation == QueryOperator.IsNull);
        }
        else
        {
            RunsWith(attribute, without: false, close: false);
            sql.Append(" AND ");
            Test("value", operation, values);
            sql.Append(")");
        }
    }

    private void WriteMultiple(SearchAttribute attribute, QueryCondition condition, QueryOperator operation, List<IndexedValue> values)
    {
        if (operation is QueryOperator.IsNull or QueryOperator.IsNotNull)
        {
            RunsWith(attribute, operation == QueryOperator.IsNull);
            return;
        }

        if (attribute.Type == IndexedValueType.Text)
            values = Words(condition, values);
        var negative = operation is QueryOperator.NotEqual or QueryOperator.NotIn;
        if (negative)
        {
            sql.Append("(");
            RunsWith(attribute, without: false);
            sql.Append(" AND ");
        }

        RunsWith(attribute, without: negative, close: false);
        sql.Append(" AND ");
        Test("value", QueryOperator.In, values);
        sql.Append(negative ? "))" : ")");
    }

    private List<IndexedValue> Words(QueryCondition condition, List<IndexedValue> values)
    {
        var words = TextWords.Of(values[0].Text!);
        if (words.Count == 0)
            throw new InvalidQueryException(condition.Values[0].Position, "there is no word to search for in this string.");
        _words += words.Count;
        return _words <= QueryLimits.MaxValues
            ? [.. words.Select(IndexedValue.Of)]
            : throw new InvalidQueryException(condition.Values[0].Position, $"the query searches for more than {QueryLimits.MaxValues:N0} words.");
    }

    private void RunsWith(SearchAttribute attribute, bool without, bool close = true)
    {
        sql.Append(without ? "key NOT IN" : "key IN").Append(" (SELECT run FROM search_attributes WHERE namespace = ").Append(namespaceKey)
            .Append(" AND attribute = ").Append(attribute.Key);
        if (close)
            sql.Append(")");
    }

    private void Test(string expression, QueryOperator operation, List<IndexedValue> values)
    {
        switch (operation)
        {
            case QueryOperator.In or QueryOperator.NotIn:
                sql.Append(expression).Append(operation == QueryOperator.In ? " IN " : " NOT IN ").AppendList(values);
                break;
            case QueryOperator.Between or QueryOperator.NotBetween:
                sql.Append(expression).Append(operation == QueryOperator.Between ? " BETWEEN " : " NOT BETWEEN ").Append(values[0]).Append(" AND ").Append(values[1]);
                break;
            case QueryOperator.StartsWith or QueryOperator.NotStartsWith:
                TestPrefix(expression, operation == QueryOperator.StartsWith, values[0].Text!);
                break;
            default:
                sql.Append(expression).Append($" {operation.Text()} ").Append(values[0]);
                break;
        }
    }

    /// <summary>Texts with a prefix are a range, for which an index can be used.</summary>
    private void TestPrefix(string expression, bool starts, string prefix)
    {
        sql.Append("(").Append(expression).Append(starts ? " >= " : " < ").Append(IndexedValue.Of(prefix));
        if (TextRange.EndOfPrefix(prefix) is { } end)
            sql.Append(starts ? " AND " : " OR ").Append(expression).Append(starts ? " < " : " >= ").Append(IndexedValue.Of(end));
        sql.Append(")");
    }
}
