using System.Text;

namespace Mandate.Identity.Forwarding;

/// <summary>
/// Texts in <see cref="IdentityHeaders.ForwardedUser"/> and <see cref="IdentityHeaders.ForwardedTenant"/>: printable ASCII as it is; blanks, <c>% , ; "</c> and all else percent-encoded as UTF-8
/// (RFC 3986 section 2.1). A receiver decodes always, and so reads exactly what was meant.
/// </summary>
public static class ForwardedValue
{
    /// <summary>Encodes an identifier for a header.</summary>
    public static string Encode(string value)
    {
        if (value.All(IsPlain))
            return value;
        var encoded = new StringBuilder(value.Length * 3);
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            if (IsPlain((char)b))
                encoded.Append((char)b);
            else
                encoded.Append('%').Append(b.ToString("X2"));
        }

        return encoded.ToString();
    }

    /// <summary>Decodes a header; null when it is not exactly what <see cref="Encode"/> gives for an identifier.</summary>
    public static string? TryDecode(string value)
    {
        var bytes = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (IsPlain(value[i]))
            {
                bytes.Add((byte)value[i]);
            }
            else if (value[i] == '%' && i + 2 < value.Length && Hex(value[i + 1]) is { } high && Hex(value[i + 2]) is { } low)
            {
                bytes.Add((byte)((high << 4) | low));
                i += 2;
            }
            else
            {
                return null;
            }
        }

        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString([.. bytes]);
            return Encode(text) == value ? text : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsPlain(char c) => c is > ' ' and <= '~' and not ('%' or ',' or ';' or '"');

    private static int? Hex(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'A' and <= 'F' => c - 'A' + 10,
        _ => null,
    };
}
