using System.Text;

namespace Mandate.Engine.Visibility.Language;

/// <summary>Cuts a query into tokens. Lexical rules are those of Temporal's server: MySQL's strings with either quote, names in backticks, SQL comments.</summary>
internal sealed class QueryLexer(string query)
{
    private int _next;

    /// <summary>The next token; <see cref="QueryTokenKind.End"/> for ever once the query is over.</summary>
    /// <exception cref="InvalidQueryException">No token begins here, or one does not end.</exception>
    public QueryToken Next()
    {
        SkipBlanks();
        if (_next >= query.Length)
            return new(QueryTokenKind.End, "", query.Length);
        var first = query[_next];
        return first switch
        {
            '\'' or '"' => Quoted(first),
            '`' => Backticked(),
            _ when IsNameStart(first) => Word(),
            _ when char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(Peek(1))) => Number(),
            _ => Symbol(),
        };
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '@';

    private char Peek(int ahead) => _next + ahead < query.Length ? query[_next + ahead] : '\0';

    private void SkipBlanks()
    {
        while (_next < query.Length)
        {
            if (query[_next] is ' ' or '\t' or '\n' or '\r')
                _next++;
            else if (query[_next] == '-' && Peek(1) == '-')
                SkipLine();
            else if (query[_next] == '/' && Peek(1) == '*')
                SkipBlock();
            else
                return;
        }
    }

    private void SkipLine()
    {
        while (_next < query.Length && query[_next] != '\n')
            _next++;
    }

    private void SkipBlock()
    {
        var end = query.IndexOf("*/", _next + 2, StringComparison.Ordinal);
        if (end < 0)
            throw new InvalidQueryException(_next, "this comment does not end. Close it with */.");
        _next = end + 2;
    }

    private QueryToken Word()
    {
        var start = _next;
        while (_next < query.Length && (IsNameStart(query[_next]) || char.IsAsciiDigit(query[_next])))
            _next++;
        return new(QueryTokenKind.Word, query[start.._next], start);
    }

    private QueryToken Backticked()
    {
        var start = _next++;
        var name = new StringBuilder();
        while (_next < query.Length)
        {
            var c = query[_next++];
            if (c == '`')
            {
                if (Peek(0) != '`')
                {
                    return name.Length > 0
                        ? new(QueryTokenKind.QuotedName, name.ToString(), start)
                        : throw new InvalidQueryException(start, "there is no name between these backticks.");
                }

                _next++;
            }

            name.Append(c);
        }

        throw new InvalidQueryException(start, "this name in backticks does not end. Close it with `.");
    }

    private QueryToken Quoted(char quote)
    {
        var start = _next++;
        var text = new StringBuilder();
        while (_next < query.Length)
        {
            var c = query[_next++];
            if (c == quote)
            {
                if (Peek(0) != quote)
                    return new(QueryTokenKind.Text, text.ToString(), start);
                _next++;
            }
            else if (c == '\\')
            {
                if (_next >= query.Length)
                    break;
                c = Unescape(query[_next++]);
            }

            text.Append(c);
        }

        throw new InvalidQueryException(start, $"this string does not end. Close it with {quote}; a {quote} within is written twice.");
    }

    /// <summary>A backslash before any other character stands for that character.</summary>
    private static char Unescape(char c) => c switch
    {
        '0' => '\0',
        'b' => '\b',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'Z' => '\u001A',
        _ => c,
    };

    private QueryToken Number()
    {
        var start = _next;
        var kind = QueryTokenKind.Integer;
        SkipDigits();
        if (Peek(0) == '.')
        {
            kind = QueryTokenKind.Decimal;
            _next++;
            SkipDigits();
        }

        if (Peek(0) is 'e' or 'E')
        {
            kind = QueryTokenKind.Decimal;
            _next++;
            if (Peek(0) is '+' or '-')
                _next++;
            if (!char.IsAsciiDigit(Peek(0)))
                throw new InvalidQueryException(start, "the exponent of this number has no digits.");
            SkipDigits();
        }

        if (IsNameStart(Peek(0)))
            throw new InvalidQueryException(start, $"'{InvalidQueryException.Shorten(query[start..(_next + 1)])}' is neither a number nor a name. Put text between quotes: '…'.");
        return new(kind, query[start.._next], start);
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek(0)))
            _next++;
    }

    private QueryToken Symbol()
    {
        var pair = _next + 1 < query.Length ? query.AsSpan(_next, 2) : default;
        var text = pair switch
        {
            "!=" or "<>" => "!=",
            "<=" => "<=",
            ">=" => ">=",
            "&&" => "&&",
            "||" => "||",
            _ => null,
        };
        if (text is not null)
        {
            _next += 2;
            return new(QueryTokenKind.Symbol, text, _next - 2);
        }

        var c = query[_next];
        if (c is not ('=' or '<' or '>' or '(' or ')' or ',' or '-' or '+' or ';' or '!'))
        {
            throw new InvalidQueryException(
                _next,
                $"'{InvalidQueryException.Shorten(c.ToString())}' has no meaning here. Put text between quotes ('…'), and names with other characters than letters, digits and _ between backticks (`…`).");
        }

        _next++;
        return new(QueryTokenKind.Symbol, c.ToString(), _next - 1);
    }
}
