using System.Buffers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Stateful.Sealing;

/// <summary>Looks at an argument's bytes, whatever encoding they claim, before anything of them is believed.</summary>
internal static class ArgumentText
{
    private const string Member = "apiToken";

    private static readonly ByteString JsonPlain = ByteString.CopyFromUtf8("json/plain");
    private static readonly ByteString Encrypted = ByteString.CopyFromUtf8("binary/encrypted");
    private static readonly SearchValues<byte> FirstLetters = SearchValues.Create("aA"u8);

    /// <summary>Whether it is JSON in clear, as every official SDK's default converter writes and reads it.</summary>
    public static bool IsJson(Payload payload) => EncodingOf(payload).Equals(JsonPlain);

    /// <summary>Whether the payload codec has sealed it: it has the codec's encoding, names the key, and what stands there is no JSON in clear.</summary>
    public static bool IsSealed(Payload payload) => EncodingOf(payload).Equals(Encrypted) && payload.Metadata.ContainsKey("encryption-key-id") && payload.Data.Length > 0 && !IsJson(payload.Data.Span);

    /// <summary>
    /// How many members called <c>apiToken</c>, in whatever spelling of case or with escapes, the argument has when it is an object; -1 when it looks like an object that may have one and
    /// cannot be read.
    /// </summary>
    public static int CountMembers(Payload payload)
    {
        var data = payload.Data.Span;
        // Most arguments have no such member: they are not even parsed. With an escape in it, a name shows when it is parsed only.
        var isNamed = Names(data);
        var isEscaped = data.IndexOf("\\u"u8) >= 0;
        if ((!isNamed && !isEscaped) || !BeginsObject(data))
            return 0;
        try
        {
            var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = int.MaxValue });
            var count = 0;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && string.Equals(reader.GetString(), Member, StringComparison.OrdinalIgnoreCase))
                    count++;
            }

            return count;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name that is no text.
            return isNamed || EncodingOf(payload).Span.StartsWith("json/"u8) ? -1 : 0;
        }
    }

    private static ByteString EncodingOf(Payload payload) => payload.Metadata.TryGetValue("encoding", out var encoding) ? encoding : ByteString.Empty;

    private static bool IsJson(ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool BeginsObject(ReadOnlySpan<byte> data)
    {
        var text = (data.StartsWith("\uFEFF"u8) ? data["\uFEFF"u8.Length..] : data).TrimStart(" \t\r\n"u8);
        return text is [(byte)'{', ..];
    }

    private static bool Names(ReadOnlySpan<byte> data)
    {
        for (var at = data.IndexOfAny(FirstLetters); at >= 0 && at + Member.Length <= data.Length;)
        {
            if (Ascii.EqualsIgnoreCase(data.Slice(at, Member.Length), Member))
                return true;
            var next = data[(at + 1)..].IndexOfAny(FirstLetters);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }
}
