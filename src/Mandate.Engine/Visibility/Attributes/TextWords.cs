using System.Globalization;
using System.Text;

namespace Mandate.Engine.Visibility.Attributes;

/// <summary>
/// Words of a Text attribute, in lower case. The rules are those of the standard analyzer that Temporal documents, itself Unicode's word boundaries: letters, digits and
/// underscores stay together; a dot or apostrophe does not split between two letters or two digits, nor a colon between two letters, nor a comma or semicolon between two digits;
/// ideographs and kana stand alone.
/// </summary>
internal static class TextWords
{
    /// <summary>The distinct words, in order of their first appearance.</summary>
    public static List<string> Of(string text)
    {
        var words = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var word = new StringBuilder();
        var runes = text.EnumerateRunes().ToArray();
        for (var i = 0; i < runes.Length; i++)
        {
            var rune = runes[i];
            if (StandsAlone(rune))
            {
                End();
                word.Append(rune);
                End();
            }
            else if (IsWordPart(rune) || (word.Length > 0 && i + 1 < runes.Length && Joins(runes[i - 1], rune, runes[i + 1])))
            {
                word.Append(Rune.ToLowerInvariant(rune));
            }
            else
            {
                End();
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length == 0)
                return;
            var finished = word.ToString();
            word.Clear();
            if (seen.Add(finished))
                words.Add(finished);
        }
    }

    private static bool IsWordPart(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.ConnectorPunctuation;

    private static bool Joins(Rune before, Rune rune, Rune after)
    {
        if (Rune.IsLetter(before) && Rune.IsLetter(after) && !StandsAlone(after))
            return rune.Value is '.' or '\'' or '\u2019' or ':';
        return Rune.IsDigit(before) && Rune.IsDigit(after) && rune.Value is '.' or '\'' or '\u2019' or ',' or ';';
    }

    private static bool StandsAlone(Rune rune) => rune.Value is (>= 0x3040 and <= 0x309F) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);
}
