using Mandate.Gateway.Calls;
using Mandate.Protocol;

namespace Mandate.Gateway.Tenancy;

/// <summary>
/// Cuts a visibility query into its condition and what follows it (<c>ORDER BY</c>, <c>GROUP BY</c>), without understanding more of it than that. Whatever engines may read in
/// different ways (comments, backslashes in strings, several statements, parentheses that do not match) is refused, so that the condition stays within the parentheses it is put into.
/// </summary>
internal static class QueryParts
{
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static (string Condition, string Clauses) Split(string query)
    {
        var depth = 0;
        for (var i = 0; i < query.Length; i++)
        {
            var c = query[i];
            switch (c)
            {
                case '\'' or '"' or '`':
                    i = EndOfQuoted(query, i);
                    break;
                case '(':
                    depth++;
                    break;
                case ')' when --depth < 0:
                    throw Refuse("its parentheses do not match");
                case ';' or '#' or '\\':
                    throw Refuse($"'{c}' has no meaning outside of strings");
                case '-' when Next(query, i) == '-':
                case '/' when Next(query, i) == '*':
                    throw Refuse("comments are not passed on");
                case '\0':
                    throw Refuse("it holds a character that is no text");
                default:
                    if (depth == 0 && (IsClause(query, i, "ORDER") || IsClause(query, i, "GROUP")))
                        return (query[..i].Trim(), CheckRest(query[i..]));
                    break;
            }
        }

        return depth == 0 ? (query.Trim(), "") : throw Refuse("its parentheses do not match");
    }

    /// <summary>What follows the condition stands outside of the parentheses, so it may hold nothing that begins a condition anew.</summary>
    private static string CheckRest(string rest)
    {
        foreach (var c in rest)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not (' ' or '\t' or '\n' or '\r' or ',' or '_' or '`'))
                throw Refuse("after the condition only ORDER BY and GROUP BY with names may follow");
        }

        foreach (var word in (string[])["OR", "AND", "NOT", "UNION", "WHERE"])
        {
            if (rest.Split([' ', '\t', '\n', '\r', ','], StringSplitOptions.RemoveEmptyEntries).Contains(word, StringComparer.OrdinalIgnoreCase))
                throw Refuse("after the condition only ORDER BY and GROUP BY with names may follow");
        }

        return rest.Trim();
    }

    /// <summary>A quote within is written twice, which reads as one string after the other and comes to the same.</summary>
    private static int EndOfQuoted(string query, int start)
    {
        for (var i = start + 1; i < query.Length; i++)
        {
            if (query[i] == query[start])
                return i;
            if (query[i] is '\\' or '\0')
                throw Refuse("strings with a backslash are not passed on");
        }

        throw Refuse("a string does not end");
    }

    private static bool IsClause(string query, int at, string word) =>
        (at == 0 || !IsNamePart(query[at - 1]))
        && string.Compare(query, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
        && at + word.Length < query.Length && char.IsWhiteSpace(query[at + word.Length]);

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '@' or '.';

    private static char Next(string query, int at) => at + 1 < query.Length ? query[at + 1] : '\0';

    private static RpcException Refuse(string why) => Refusals.Create(RpcStatusCode.InvalidArgument, $"The query cannot be narrowed to a tenant's runs: {why}.", "query-refused");
}
