using System.Buffers;
using System.Text;

namespace Mandate.Protocol.Grpc.Status;

/// <summary>
/// The encoding of <c>grpc-message</c>: UTF-8, in which bytes outside 0x20–0x7E and the per cent sign are written as <c>%XX</c>
/// (gRPC over HTTP/2, "Responses").
/// </summary>
internal static class StatusMessage
{
    /// <summary>Longest encoded text sent. Clients commonly take 8 to 16 KiB of trailers in all; past that they drop the whole answer.</summary>
    internal const int MaxEncodedLength = 4096;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Where(c => c != '%').Select(c => (char)c)]);

    /// <summary>Encodes a text; one that is too long is cut between characters and ends in <c>...</c>.</summary>
    internal static string Encode(string text)
    {
        if (text.Length <= MaxEncodedLength && !text.AsSpan().ContainsAnyExcept(Plain))
            return text;

        const string Cut = "...";
        var encoded = new StringBuilder(Math.Min(text.Length * 2, MaxEncodedLength));
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var before = encoded.Length;
            if (rune.IsAscii && Plain.Contains((char)rune.Value))
                encoded.Append((char)rune.Value);
            else
                foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
                    encoded.Append('%').Append(Hex(b >> 4)).Append(Hex(b & 0xF));
            if (encoded.Length <= MaxEncodedLength - Cut.Length)
                continue;
            encoded.Length = before;
            return encoded.Append(Cut).ToString();
        }

        return encoded.ToString();
    }

    /// <summary>Decodes a text; an invalid escape is left as it stands, as the specification asks.</summary>
    internal static string Decode(string encoded)
    {
        if (!encoded.Contains('%'))
            return encoded;

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(encoded.Length)];
        var count = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length && char.IsAsciiHexDigit(encoded[i + 1]) && char.IsAsciiHexDigit(encoded[i + 2]))
            {
                bytes[count++] = Convert.FromHexString(encoded.AsSpan(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                count += Encoding.UTF8.GetBytes(encoded.AsSpan(i, 1), bytes.AsSpan(count));
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    private static char Hex(int digit) => (char)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}
