using System.Text;

namespace Mandate.Stateful.Scanning;

/// <summary>A value that must not be somewhere, and the bytes by which it is recognised.</summary>
/// <remarks>
/// A store may cut a value in two at the border of a page, so three pieces of a long value are looked for: at most one can be cut by one border. Each piece is looked for as UTF-8 and
/// UTF-16, in hexadecimal, and in base64 at each of the three places where it can begin.
/// </remarks>
public sealed class ValuePattern
{
    /// <summary>Shortest value that can be told from chance.</summary>
    public const int ShortestValue = 8;

    private const int Pieces = 3;
    private const int ShortestPiece = 8;
    private readonly IReadOnlyList<byte[]> _patterns;

    /// <summary>Prepares to look for a value.</summary>
    /// <param name="name">What it is; the value itself is never shown.</param>
    /// <param name="value">The value, or the part of it without which it is useless, such as a token's signature.</param>
    /// <exception cref="ArgumentException">The value is so short that it could be found by chance.</exception>
    public ValuePattern(string name, string value)
    {
        if (value.Length < ShortestValue)
            throw new ArgumentException($"A value needs at least {ShortestValue} characters to be told from chance.", nameof(value));
        Name = name;
        var length = value.Length / Pieces;
        var pieces = length < ShortestPiece ? [value] : Enumerable.Range(0, Pieces).Select(i => value.Substring(i * length, length));
        _patterns = [.. pieces.SelectMany(Encodings)];
    }

    /// <summary>What the value is.</summary>
    public string Name { get; }

    /// <summary>Whether the value, or a piece of it, is in there.</summary>
    public bool IsIn(ReadOnlySpan<byte> content)
    {
        foreach (var pattern in _patterns)
        {
            if (content.IndexOf(pattern) >= 0)
                return true;
        }

        return false;
    }

    /// <summary>The name alone.</summary>
    public override string ToString() => Name;

    private static IEnumerable<byte[]> Encodings(string piece)
    {
        var utf8 = Encoding.UTF8.GetBytes(piece);
        yield return utf8;
        yield return Encoding.Unicode.GetBytes(piece);
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(utf8));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8));
        foreach (var base64 in Enumerable.Range(0, 3).Select(shift => Base64(utf8, shift)))
        {
            yield return Encoding.ASCII.GetBytes(base64);
            var url = base64.Replace('+', '-').Replace('/', '_');
            if (url != base64)
                yield return Encoding.ASCII.GetBytes(url);
        }
    }

    /// <summary>What base64 makes of the piece after <paramref name="shift"/> unknown bytes, without the characters that also depend on its neighbours.</summary>
    private static string Base64(byte[] piece, int shift)
    {
        var text = Convert.ToBase64String([.. new byte[shift], .. piece]);
        var first = shift == 0 ? 0 : shift + 1;
        var whole = (shift + piece.Length) / 3 * 4;
        return text[first..whole];
    }
}
