using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion.Sealing;
using Mandate.Stateful.Tree;

namespace Mandate.Stateful.Scanning;

/// <summary>
/// Reads payloads. (1) JSON is taken apart, so that what is escaped in it is read as it was meant. (2) What is compressed is inflated: our own headers, and payloads under the codecs
/// that the SDKs bring. (3) What is encrypted is opened where there are keys. (4) Anything else is read as text where it is text, or holds text in clear as Protobuf does.
/// (5) The rest cannot be read, and is counted.
/// </summary>
internal static class PayloadTexts
{
    private const string EncodingKey = "encoding";
    private const int Deepest = 4;

    // A scan that inflates without end would be stopped by one small payload.
    private const int MaximumBytes = 256 * 1024 * 1024;

    public static void Read(Payload payload, string field, Reading reading)
    {
        reading.Payloads++;
        foreach (var (name, value) in payload.Metadata)
            reading.Text($"{field}.metadata[{name}]", value.ToStringUtf8());
        if (!TryRead(payload, field, reading, 0))
            reading.Unreadable++;
    }

    private static bool TryRead(Payload payload, string field, Reading reading, int depth)
    {
        var encoding = payload.Metadata.TryGetValue(EncodingKey, out var name) ? name.ToStringUtf8() : "";
        var data = payload.Data.Span;
        if (data.IsEmpty)
            return true;
        if (depth > Deepest)
            return false;
        switch (encoding)
        {
            case SealingCodec.Encoding:
                return reading.Open(payload) is { } opened && TryRead(opened, field, reading, depth + 1);
            case "json/brotli":
                return Inflate(s => new BrotliStream(s, CompressionMode.Decompress), payload.Data) is { } json && TryReadText(json, field, reading);
            case TreePayload.WithChildren:
                // Ids stand there in parts, so they are put together first.
                return TreePayload.ReadTree(new Dictionary<string, Payload> { [StatefulNames.TreeHeader] = payload }, withChildren: true) is { } tree
                    && TryReadText(JsonSerializer.SerializeToUtf8Bytes(new { tree, tree.Children }), field, reading);
            case "binary/zlib":
                return TryReadInflated(Inflate(s => new ZLibStream(s, CompressionMode.Decompress), payload.Data), field, reading, depth);
            case "binary/gzip":
                return TryReadInflated(Inflate(s => new GZipStream(s, CompressionMode.Decompress), payload.Data), field, reading, depth);
            case "binary/plain" or "binary/protobuf":
                // Texts in them stand there in clear, between bytes that are none.
                reading.Text(field, Encoding.UTF8.GetString(data));
                return true;
            default:
                return TryReadText(data, field, reading);
        }
    }

    private static bool TryReadText(ReadOnlySpan<byte> data, string field, Reading reading)
    {
        if (!Utf8.IsValid(data))
            return false;
        try
        {
            using var document = JsonDocument.Parse(data.ToArray(), JsonTexts.Options);
            JsonTexts.ReadDecoded(document.RootElement, field, reading);
        }
        catch (JsonException)
        {
            reading.Text(field, Encoding.UTF8.GetString(data));
        }

        return true;
    }

    /// <summary>The codecs that the SDKs' samples bring compress the whole payload, in Protobuf form.</summary>
    private static bool TryReadInflated(byte[]? inflated, string field, Reading reading, int depth)
    {
        if (inflated is null)
            return false;
        try
        {
            return TryRead(Payload.Parser.ParseFrom(inflated), field, reading, depth + 1);
        }
        catch (InvalidProtocolBufferException)
        {
            return TryReadText(inflated, field, reading);
        }
    }

    private static byte[]? Inflate(Func<Stream, Stream> open, ByteString data)
    {
        try
        {
            using var inflating = open(new MemoryStream(data.ToByteArray()));
            using var inflated = new MemoryStream();
            var buffer = new byte[81_920];
            int read;
            while ((read = inflating.Read(buffer)) > 0)
            {
                if (inflated.Length + read > MaximumBytes)
                    return null;
                inflated.Write(buffer, 0, read);
            }

            return inflated.ToArray();
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }
}
