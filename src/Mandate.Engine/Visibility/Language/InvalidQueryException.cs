namespace Mandate.Engine.Visibility.Language;

/// <summary>A query that cannot be answered. The message names the place, what is wrong there and what would be right.</summary>
internal sealed class InvalidQueryException : Exception
{
    /// <summary>Refuses what stands at <paramref name="position"/>, an index into the query.</summary>
    public InvalidQueryException(int position, string problem)
        : base($"Invalid query, at character {position + 1}: {problem}") => Position = position;

    private InvalidQueryException(string message)
        : base(message)
    {
    }

    /// <summary>Index of the first offending character; 0 when the fault is not in the query's text.</summary>
    public int Position { get; }

    /// <summary>A page token that was not made for this list.</summary>
    public static InvalidQueryException ForeignToken() =>
        new("Invalid next_page_token: it belongs to another query or namespace, or is damaged. Send the token of the page before with the same query, or none to begin again.");

    /// <summary>Queries come from callers: an error repeats no more than the beginning of a part, and no control characters.</summary>
    public static string Shorten(string text)
    {
        var shown = text.Length <= 60 ? text : $"{text.AsSpan(0, 60)}…";
        return string.Create(shown.Length, shown, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '\uFFFD' : source[i];
        });
    }
}
