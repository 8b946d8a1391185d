using System.Text;

namespace Mandate.Audit.Canonical;

/// <summary>Texts as UTF-8, within their limits, refused when ill-formed.</summary>
internal static class CanonicalText
{
    public static byte[] Encode(string? text, string field, int minimum, int maximum)
    {
        if (text is null)
            throw new AuditEntryException($"An audit entry lacks {field}.");
        // A UTF-16 unit is at least one byte, so this refuses huge texts before encoding them.
        if (text.Length > maximum)
            throw TooLong(field, maximum);

        byte[] bytes;
        try
        {
            bytes = CanonicalWriter.Utf8.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new AuditEntryException($"In an audit entry {field} is not well-formed Unicode: it holds half of a surrogate pair.");
        }

        if (bytes.Length < minimum)
            throw new AuditEntryException($"In an audit entry {field} is empty.");
        return bytes.Length <= maximum ? bytes : throw TooLong(field, maximum);
    }

    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return CanonicalWriter.Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static AuditEntryException TooLong(string field, int maximum) =>
        new($"In an audit entry {field} is longer than the {maximum} bytes that are recorded.");
}
