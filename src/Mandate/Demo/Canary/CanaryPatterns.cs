using System.Text;

namespace Mandate.Demo.Canary;

/// <summary>The bytes by which a value is recognised.</summary>
/// <remarks>
/// A store may cut a value in two at the border of a page, so three pieces of it are looked for: at most one can be cut by one border. Each piece is looked for as
/// UTF-8 and UTF-16, in hexadecimal, and in base64 at each of the three places where it can begin.
/// </remarks>
internal static class CanaryPatterns
{
    private const int Pieces = 3;
    private const int ShortestPiece = 8;

    /// <exception cref="ArgumentException">The value is so short that it could be found by chance.</exception>
    public static IReadOnlyList<byte[]> Of(string value)
    {
        var length = value.Length / Pieces;
        if (length < ShortestPiece)
            throw new ArgumentException($"A canary needs at least {Pieces * ShortestPiece} characters to be told from chance.", nameof(value));
        return [.. Enumerable.Range(0, Pieces).Select(i => value.Substring(i * length, length)).SelectMany(Encodings)];
    }

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
