namespace Mandate.Audit.Querying;

/// <summary>Splits a text into the words it is searched by: runs of letters and digits, without regard to case.</summary>
internal static class Words
{
    /// <summary>Longest word in UTF-16 units; a longer run counts as several words.</summary>
    public const int Longest = 64;

    /// <summary>Where the words of a text are.</summary>
    public static List<Range> In(string text)
    {
        var words = new List<Range>();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && (char.IsLetterOrDigit(text[i]) || char.IsSurrogate(text[i]));
            if (inside && start < 0)
                start = i;
            if (start >= 0 && (!inside || i - start == Longest))
            {
                words.Add(start..i);
                start = inside ? i : -1;
            }
        }

        return words;
    }

    /// <summary>Whether every word of <paramref name="wanted"/> is among the words of these values.</summary>
    public static bool AreIn(string wanted, IEnumerable<string> values)
    {
        var missing = new HashSet<string>(In(wanted).Select(w => wanted[w]), StringComparer.OrdinalIgnoreCase);
        foreach (var value in values)
        {
            if (missing.Count == 0)
                break;
            foreach (var word in In(value))
                missing.Remove(value[word]);
        }

        return missing.Count == 0;
    }
}
