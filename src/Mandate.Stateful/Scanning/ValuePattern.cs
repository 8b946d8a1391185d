using System.Text;
using System.Text.Encodings.Web;

namespace Mandate.Stateful.Scanning;

/// <summary>A value that must not be somewhere, and the bytes by which it is recognised.</summary>
/// <remarks>
/// A store may cut a value in two at the border of a page, and one line may end in the middle of it: so beside the whole value the thirds of a long one are looked for, of which one cut leaves
/// two. Two of them are taken for the value; one alone only where nobody writes such a thing by chance, since words that are also in a value stand everywhere. All of them are looked for as UTF-8
/// and UTF-16, in hexadecimal, as URLs and JSON write them, and in base64 at each of the three places where it can begin.
/// </remarks>
public sealed class ValuePattern
{
    /// <summary>Shortest value that can be told from chance.</summary>
    public const int ShortestValue = 8;

    private const int Pieces = 3;
    private const int ShortestPiece = 8;

    /// <summary>How often the kind of character changes at least, and how many characters there are to a change at most, in what nobody writes by chance.</summary>
    private const int FewestChanges = 3;
    private const int LongestRun = 4;

    private readonly IReadOnlyList<byte[]> _whole;
    private readonly IReadOnlyList<(bool IsTelling, IReadOnlyList<byte[]> Patterns)> _pieces;

    /// <summary>Prepares to look for a value.</summary>
    /// <param name="name">What it is; the value itself is never shown.</param>
    /// <param name="value">The value, or the part of it without which it is useless, such as a token's signature.</param>
    /// <exception cref="ArgumentException">The value is so short that it could be found by chance.</exception>
    public ValuePattern(string name, string value)
    {
        if (value.Length < ShortestValue)
            throw new ArgumentException($"A value needs at least {ShortestValue} characters to be told from chance.", nameof(value));
        Name = name;
        _whole = Written(value);
        var length = value.Length / Pieces;
        var pieces = length < ShortestPiece ? [] : Enumerable.Range(0, Pieces).Select(i => value.Substring(i * length, length)).Distinct(StringComparer.Ordinal);
        _pieces = [.. pieces.Select(p => (IsTelling(p), Written(p)))];
    }

    /// <summary>What the value is.</summary>
    public string Name { get; }

    /// <summary>Whether the value is in there, or so much of it that it is not there by chance.</summary>
    public bool IsIn(ReadOnlySpan<byte> content)
    {
        if (HasAny(_whole, content))
            return true;
        var found = 0;
        foreach (var (isTelling, patterns) in _pieces)
        {
            if (HasAny(patterns, content) && (isTelling || ++found == 2))
                return true;
        }

        return false;
    }

    /// <summary>The name alone.</summary>
    public override string ToString() => Name;

    private static bool HasAny(IReadOnlyList<byte[]> patterns, ReadOnlySpan<byte> content)
    {
        foreach (var pattern in patterns)
        {
            if (content.IndexOf(pattern) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>Whether letters of both cases and digits change places as in keys, and not as in words and numbers. That a word begins with a capital letter is no change.</summary>
    private static bool IsTelling(string piece)
    {
        var changes = 0;
        for (var i = 1; i < piece.Length; i++)
        {
            var (before, after) = (KindOf(piece[i - 1]), KindOf(piece[i]));
            if (before != after && before != Kind.Other && after != Kind.Other && (before, after) != (Kind.Upper, Kind.Lower))
                changes++;
        }

        return changes >= FewestChanges && changes * LongestRun >= piece.Length;
    }

    private static Kind KindOf(char c) => char.IsAsciiDigit(c) ? Kind.Digit : char.IsAsciiLetterLower(c) ? Kind.Lower : char.IsAsciiLetterUpper(c) ? Kind.Upper : Kind.Other;

    private static IReadOnlyList<byte[]> Written(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        string[] writings =
        [
            text,
            Convert.ToHexString(utf8),
            Convert.ToHexStringLower(utf8),
            Uri.EscapeDataString(text),
            JavaScriptEncoder.Default.Encode(text),
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text),
            .. Enumerable.Range(0, 3).Select(shift => Base64(utf8, shift)).SelectMany(b => new[] { b, b.Replace('+', '-').Replace('/', '_') }),
        ];
        return [Encoding.Unicode.GetBytes(text), .. writings.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>What base64 makes of the piece after <paramref name="shift"/> unknown bytes, without the characters that also depend on its neighbours.</summary>
    private static string Base64(byte[] piece, int shift)
    {
        var text = Convert.ToBase64String([.. new byte[shift], .. piece]);
        var first = shift == 0 ? 0 : shift + 1;
        var whole = (shift + piece.Length) / 3 * 4;
        return text[first..whole];
    }

    private enum Kind
    {
        Other,
        Lower,
        Upper,
        Digit,
    }
}
