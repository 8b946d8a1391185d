using System.Buffers.Binary;
using System.Text;

namespace Mandate.Audit.Canonical;

/// <summary>Texts as UTF-8, within their limits, refused when ill-formed.</summary>
internal static class CanonicalText
{
    /// <summary>Refuses lone surrogates instead of replacing them: replacement would give two different texts the same bytes.</summary>
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text itself when it may be recorded.</summary>
    /// <exception cref="AuditEntryException">It is missing, too long or ill-formed.</exception>
    public static string Checked(string? text, string field, int minimum, int maximum = AuditLimits.Text)
    {
        if (text is null)
            throw new AuditEntryException($"An audit entry lacks {field}.");
        // A UTF-16 unit is at least one byte, so this refuses huge texts before encoding them.
        if (text.Length > maximum)
            throw TooLong(field, maximum);
        int bytes;
        try
        {
            bytes = Utf8.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw new AuditEntryException($"In an audit entry {field} is not well-formed Unicode: it holds half of a surrogate pair.");
        }

        if (bytes < minimum)
            throw new AuditEntryException($"In an audit entry {field} is empty.");
        return bytes <= maximum ? text : throw TooLong(field, maximum);
    }

    /// <summary>Writes length and bytes of a checked text and moves on.</summary>
    public static void Write(ref Span<byte> destination, string text)
    {
        var length = Utf8.GetBytes(text, destination[sizeof(uint)..]);
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)length);
        destination = destination[(sizeof(uint) + length)..];
    }

    public static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static AuditEntryException TooLong(string field, int maximum) =>
        new($"In an audit entry {field} is longer than the {maximum} bytes that are recorded.");
}
