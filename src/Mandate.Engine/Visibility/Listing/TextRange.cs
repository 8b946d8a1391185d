using System.Text;

namespace Mandate.Engine.Visibility.Listing;

/// <summary>Ranges of texts in the order of their UTF-8 bytes, which is that of their code points.</summary>
internal static class TextRange
{
    private static readonly Rune Last = new(0x10FFFF);

    /// <summary>The first text after all those that begin with <paramref name="prefix"/>; null when there is none.</summary>
    public static string? EndOfPrefix(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0 && runes[^1] == Last)
            runes.RemoveAt(runes.Count - 1);
        if (runes.Count == 0)
            return null;
        var end = new StringBuilder();
        foreach (var rune in runes[..^1])
            end.Append(rune);
        // Surrogates are no code points of their own.
        var next = runes[^1].Value == 0xD7FF ? 0xE000 : runes[^1].Value + 1;
        return end.Append(new Rune(next)).ToString();
    }
}
