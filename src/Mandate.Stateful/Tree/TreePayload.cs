using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Stateful.Tree;

/// <summary>A snapshot as a header's payload: JSON, compressed where it is large, as that of a parent with thousands of children is.</summary>
internal static class TreePayload
{
    private const string EncodingKey = "encoding";
    private const int CompressFrom = 2_048;
    private const int MaximumBytes = 64 * 1024 * 1024;
    private static readonly ByteString Json = ByteString.CopyFromUtf8("json/plain");
    private static readonly ByteString Brotli = ByteString.CopyFromUtf8("json/brotli");

    public static Payload Write<T>(T value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value);
        if (json.Length < CompressFrom)
            return new() { Metadata = { [EncodingKey] = Json }, Data = UnsafeByteOperations.UnsafeWrap(json) };
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(json);
        return new() { Metadata = { [EncodingKey] = Brotli }, Data = UnsafeByteOperations.UnsafeWrap(compressed.ToArray()) };
    }

    /// <summary>The value; null where there is none, or none that can be read.</summary>
    public static T? Read<T>(IReadOnlyDictionary<string, Payload>? headers, string name)
        where T : class
    {
        if (headers is null || !headers.TryGetValue(name, out var payload) || !payload.Metadata.TryGetValue(EncodingKey, out var encoding))
            return null;
        try
        {
            if (encoding.Equals(Json))
                return JsonSerializer.Deserialize<T>(payload.Data.Span);
            return encoding.Equals(Brotli) && Inflate(payload.Data) is { } json ? JsonSerializer.Deserialize<T>(json) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What a parent or the run before has handed on; null where nothing was.</summary>
    /// <exception cref="InvalidOperationException">There is something that cannot be read. Going on without it would lose the tree; the workflow task fails instead, and the run waits.</exception>
    public static T? ReadHandedOn<T>(IReadOnlyDictionary<string, Payload>? headers, string name)
        where T : class =>
        Read<T>(headers, name) ?? (headers?.ContainsKey(name) != true
            ? null
            : throw new InvalidOperationException($"What the header '{name}' hands on cannot be read: it is damaged, of a newer version, or larger than {MaximumBytes >> 20} MiB. The run waits until a worker can read it."));

    /// <summary>Stops where honest content does, so that a small header cannot fill the memory.</summary>
    private static byte[]? Inflate(ByteString data)
    {
        using var brotli = new BrotliStream(new MemoryStream(data.ToByteArray()), CompressionMode.Decompress);
        using var json = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = brotli.Read(buffer)) > 0)
        {
            if (json.Length + read > MaximumBytes)
                return null;
            json.Write(buffer, 0, read);
        }

        return json.ToArray();
    }
}
