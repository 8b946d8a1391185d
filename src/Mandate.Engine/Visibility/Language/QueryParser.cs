using System.Globalization;

namespace Mandate.Engine.Visibility.Language;

/// <summary>Recursive descent over the grammar of list filters.</summary>
/// <remarks>
/// <code>
/// query     = [ any ] [ GROUP BY name ] [ ORDER BY name [ ASC | DESC ] { , … } ] [ ; ]
/// any       = all { OR all }
/// all       = not { AND not }
/// not       = NOT not | ( any ) | condition
/// condition = name ( = | != | &lt;&gt; | &lt; | &lt;= | &gt; | &gt;= ) value
///           | name [ NOT ] ( IN ( value { , value } ) | BETWEEN value AND value | STARTS_WITH value )
///           | name IS [ NOT ] NULL
/// value     = string | [ - ] number | TRUE | FALSE
/// </code>
/// Keywords in any case of letters. Source: Temporal's "List Filter" reference and the clauses its server accepts.
/// </remarks>
internal sealed class QueryParser
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "AND", "OR", "NOT", "IN", "BETWEEN", "STARTS_WITH", "IS", "NULL", "TRUE", "FALSE", "ORDER", "GROUP", "BY", "ASC", "DESC", "LIKE", "REGEXP", "LIMIT", "HAVING", "SELECT", "WHERE",
    };

    private readonly QueryLexer _lexer;
    private QueryToken _token;
    private int _depth;
    private int _conditions;
    private int _values;

    public QueryParser(string query)
    {
        if (query.Length > QueryLimits.MaxLength)
            throw new InvalidQueryException(QueryLimits.MaxLength, $"the query has {query.Length:N0} characters; at most {QueryLimits.MaxLength:N0} are accepted.");
        _lexer = new(query);
        Advance();
    }

    public VisibilityQuery Parse()
    {
        var startsWithClause = _token.Is("GROUP") || _token.Is("ORDER");
        var filter = startsWithClause || _token.Kind == QueryTokenKind.End ? null : Any();
        var group = TryClause("GROUP") ? GroupName() : (QueryName?)null;
        List<QueryOrderTerm> order = TryClause("ORDER") ? OrderTerms() : [];
        if (_token.Is("LIMIT"))
            throw Unexpected("LIMIT is not supported: set page_size on the request instead");
        TrySymbol(";");
        if (_token.Kind != QueryTokenKind.End)
            throw Unexpected("expected AND, OR, GROUP BY, ORDER BY or the end of the query");
        return new(filter, group, order);
    }

    private QueryExpression Any()
    {
        var parts = new List<QueryExpression> { All() };
        while (TryWord("OR") || TrySymbol("||"))
            parts.Add(All());
        return parts.Count == 1 ? parts[0] : new QueryAny(parts);
    }

    private QueryExpression All()
    {
        var parts = new List<QueryExpression> { Not() };
        while (TryWord("AND") || TrySymbol("&&"))
            parts.Add(Not());
        return parts.Count == 1 ? parts[0] : new QueryAll(parts);
    }

    private QueryExpression Not()
    {
        if (++_depth > QueryLimits.MaxDepth)
            throw new InvalidQueryException(_token.Position, $"brackets and NOTs are nested more than {QueryLimits.MaxDepth} deep.");
        QueryExpression result;
        if (TryWord("NOT") || TrySymbol("!"))
        {
            result = new QueryNot(Not());
        }
        else if (_token.IsSymbol("("))
        {
            var open = _token.Position;
            Advance();
            result = Any();
            if (!TrySymbol(")"))
                throw Unexpected($"expected AND, OR or the ) of the bracket opened at character {open + 1}");
        }
        else
        {
            result = Condition();
        }

        _depth--;
        return result;
    }

    private QueryCondition Condition()
    {
        var name = Name("a condition, such as WorkflowType = 'Order'");
        if (++_conditions > QueryLimits.MaxConditions)
            throw new InvalidQueryException(name.Position, $"the query has more than {QueryLimits.MaxConditions} conditions. Use IN ('a', 'b', …) for many values of one attribute.");
        var position = _token.Position;
        if (_token.Kind == QueryTokenKind.Symbol && Comparison(_token.Text) is { } comparison)
        {
            Advance();
            return new(name, comparison, [Value(name)], position);
        }

        if (TryWord("IS"))
            return IsNull(name, position);
        var negated = TryWord("NOT");
        if (TryWord("IN"))
            return new(name, Negate(QueryOperator.In, negated), Values(name), position);
        if (TryWord("STARTS_WITH"))
            return new(name, Negate(QueryOperator.StartsWith, negated), [Value(name)], position);
        if (TryWord("BETWEEN"))
        {
            var from = Value(name);
            if (!TryWord("AND"))
                throw Unexpected("expected the AND of BETWEEN … AND …");
            return new(name, Negate(QueryOperator.Between, negated), [from, Value(name)], position);
        }

        throw Unexpected(negated
            ? "expected IN, BETWEEN or STARTS_WITH after NOT"
            : "expected one of =, !=, <, <=, >, >=, IN, NOT IN, BETWEEN, NOT BETWEEN, STARTS_WITH, NOT STARTS_WITH, IS NULL, IS NOT NULL");
    }

    private static QueryOperator Negate(QueryOperator operation, bool negated) => negated ? operation.Opposite() : operation;

    private static QueryOperator? Comparison(string symbol) => symbol switch
    {
        "=" => QueryOperator.Equal,
        "!=" => QueryOperator.NotEqual,
        "<" => QueryOperator.Less,
        "<=" => QueryOperator.LessOrEqual,
        ">" => QueryOperator.Greater,
        ">=" => QueryOperator.GreaterOrEqual,
        _ => null,
    };

    private QueryCondition IsNull(QueryName name, int position)
    {
        var negated = TryWord("NOT");
        if (!TryWord("NULL"))
            throw Unexpected("IS is followed by NULL or NOT NULL only");
        return new(name, Negate(QueryOperator.IsNull, negated), [], position);
    }

    private QueryName Name(string expected)
    {
        if (_token.Kind == QueryTokenKind.QuotedName || (_token.Kind == QueryTokenKind.Word && !Reserved.Contains(_token.Text)))
        {
            var name = new QueryName(_token.Text, _token.Position);
            Advance();
            return name;
        }

        throw Unexpected(_token.Kind switch
        {
            QueryTokenKind.Text or QueryTokenKind.Integer or QueryTokenKind.Decimal => "the left side of a comparison is the name of a search attribute",
            QueryTokenKind.Word => $"expected {expected}; a search attribute of that name goes between backticks",
            _ => $"expected {expected}",
        });
    }

    private List<QueryLiteral> Values(QueryName name)
    {
        if (!TrySymbol("("))
            throw Unexpected("expected the ( of a list, as in IN ('a', 'b')");
        var values = new List<QueryLiteral>();
        do
            values.Add(Value(name));
        while (TrySymbol(","));
        if (!TrySymbol(")"))
            throw Unexpected("expected , or the ) of the list");
        return values;
    }

    private QueryLiteral Value(QueryName name)
    {
        if (++_values > QueryLimits.MaxValues)
            throw new InvalidQueryException(_token.Position, $"the query has more than {QueryLimits.MaxValues:N0} values.");
        var position = _token.Position;
        var signed = _token.IsSymbol("-") || _token.IsSymbol("+");
        var negative = _token.IsSymbol("-");
        if (signed)
            Advance();
        var value = _token.Kind switch
        {
            QueryTokenKind.Integer or QueryTokenKind.Decimal => Number(negative, position),
            QueryTokenKind.Text when !signed => new QueryLiteral(QueryLiteralKind.Text, position) { Text = _token.Text },
            _ when !signed && _token.Is("TRUE") => new(QueryLiteralKind.Boolean, position) { Integer = 1 },
            _ when !signed && _token.Is("FALSE") => new(QueryLiteralKind.Boolean, position),
            _ when _token.Is("NULL") => throw Unexpected($"NULL is not a value. Write `{InvalidQueryException.Shorten(name.Name)}` IS NULL"),
            QueryTokenKind.Word or QueryTokenKind.QuotedName => throw Unexpected(
                $"expected a value: a string between quotes, a number, true or false. Text goes between quotes: '{InvalidQueryException.Shorten(_token.Text)}'"),
            _ => throw Unexpected("expected a value: a string between quotes, a number, true or false"),
        };
        Advance();
        return value;
    }

    /// <summary>An integer beyond 64 bits counts as a decimal.</summary>
    private QueryLiteral Number(bool negative, int position)
    {
        var text = negative ? $"-{_token.Text}" : _token.Text;
        if (_token.Kind == QueryTokenKind.Integer && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
            return new(QueryLiteralKind.Integer, position) { Integer = integer };
        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number)
            ? new(QueryLiteralKind.Decimal, position) { Decimal = number }
            : throw new InvalidQueryException(position, "this number is too large.");
    }

    private bool TryClause(string keyword)
    {
        if (!TryWord(keyword))
            return false;
        if (!TryWord("BY"))
            throw Unexpected($"expected BY after {keyword}");
        return true;
    }

    private QueryName GroupName()
    {
        var name = Name("the name of a search attribute");
        if (_token.IsSymbol(","))
            throw Unexpected("GROUP BY takes one search attribute");
        return name;
    }

    private List<QueryOrderTerm> OrderTerms()
    {
        var terms = new List<QueryOrderTerm>();
        do
        {
            var name = Name("the name of a search attribute");
            if (terms.Count == QueryLimits.MaxOrderTerms)
                throw new InvalidQueryException(name.Position, $"ORDER BY takes at most {QueryLimits.MaxOrderTerms} search attributes.");
            var descending = TryWord("DESC");
            if (!descending)
                TryWord("ASC");
            terms.Add(new(name, descending));
        }
        while (TrySymbol(","));
        return terms;
    }

    private bool TryWord(string keyword)
    {
        if (!_token.Is(keyword))
            return false;
        Advance();
        return true;
    }

    private bool TrySymbol(string symbol)
    {
        if (!_token.IsSymbol(symbol))
            return false;
        Advance();
        return true;
    }

    private void Advance() => _token = _lexer.Next();

    private InvalidQueryException Unexpected(string expected) => new(_token.Position, $"found {_token.Describe()}; {expected}.");
}
