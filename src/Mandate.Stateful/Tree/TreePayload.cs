using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Stateful.Tree.Columns;

namespace Mandate.Stateful.Tree;

/// <summary>
/// What headers hand on, as payloads: JSON, compressed where it is large. A snapshot with children is compressed whatever its size: the length of its JSON, the JSON, and the children in
/// <see cref="ChildColumns"/>.
/// </summary>
internal static class TreePayload
{
    /// <summary>Encoding of a snapshot with children.</summary>
    public const string WithChildren = "binary/mandate-tree";

    private const string EncodingKey = "encoding";
    private const int CompressFrom = 2_048;
    private const int MaximumBytes = 64 * 1024 * 1024;

    /// <summary>Of JSON, which is several times as long once it is read. What is written is some KiB: no children, and nothing that a run method returned.</summary>
    private const int MaximumJson = 8 * 1024 * 1024;

    private static readonly ByteString Json = ByteString.CopyFromUtf8("json/plain");
    private static readonly ByteString Brotli = ByteString.CopyFromUtf8("json/brotli");
    private static readonly ByteString Columns = ByteString.CopyFromUtf8(WithChildren);

    /// <exception cref="InvalidOperationException">It is too large to be read again.</exception>
    public static Payload Write<T>(T value)
    {
        var json = WriteJson(value);
        return json.Length < CompressFrom
            ? new() { Metadata = { [EncodingKey] = Json }, Data = UnsafeByteOperations.UnsafeWrap(json) }
            : new() { Metadata = { [EncodingKey] = Brotli }, Data = Compress(json, CompressionLevel.Fastest) };
    }

    /// <exception cref="InvalidOperationException">It is too large to be read again.</exception>
    public static Payload WriteTree(TreeSnapshot snapshot)
    {
        if (snapshot.Children.Count == 0)
            return Write(snapshot);
        var whole = new ColumnWriter();
        whole.Column(WriteJson(snapshot));
        ChildColumns.Write(snapshot.Children, whole);
        return whole.Written.Length <= MaximumBytes
            ? new() { Metadata = { [EncodingKey] = Columns }, Data = Compress(whole.Written, CompressionLevel.Optimal) }
            : throw new InvalidOperationException($"{snapshot.Children.Count} children take {whole.Written.Length >> 20} MiB: more than the {MaximumBytes >> 20} MiB that one workflow can take to its next run.");
    }

    /// <summary>The value; null where there is none, or none that can be read.</summary>
    public static T? Read<T>(IReadOnlyDictionary<string, Payload>? headers, string name)
        where T : class =>
        Read(headers, name, static (encoding, data) =>
            encoding.Equals(Json) ? JsonSerializer.Deserialize<T>(data.Span)
            : encoding.Equals(Brotli) ? JsonSerializer.Deserialize<T>(Inflate(data, MaximumJson))
            : null);

    /// <summary>The snapshot in the header <see cref="StatefulNames.TreeHeader"/>; null where there is none, or none that can be read.</summary>
    /// <param name="headers">Headers.</param>
    /// <param name="withChildren">Whether the children are wanted: there may be many.</param>
    public static TreeSnapshot? ReadTree(IReadOnlyDictionary<string, Payload>? headers, bool withChildren) =>
        Read<TreeSnapshot>(headers, StatefulNames.TreeHeader)
        ?? Read(headers, StatefulNames.TreeHeader, (encoding, data) => encoding.Equals(Columns) ? ReadTree(data, withChildren) : null);

    /// <summary>What a parent or the run before has handed on; null where nothing was.</summary>
    /// <param name="headers">Headers.</param>
    /// <param name="withChildren">Whether the children are wanted.</param>
    /// <exception cref="InvalidOperationException">There is something that cannot be read. Going on without it would lose the tree; the workflow task fails instead, and the run waits.</exception>
    public static TreeSnapshot? ReadHandedOn(IReadOnlyDictionary<string, Payload>? headers, bool withChildren = true) =>
        ReadTree(headers, withChildren) ?? (headers?.ContainsKey(StatefulNames.TreeHeader) != true
            ? null
            : throw new InvalidOperationException(
                $"What the header '{StatefulNames.TreeHeader}' hands on cannot be read: it is damaged, of a newer version, or larger than may be read. The run waits until a worker can read it."));

    private static T? Read<T>(IReadOnlyDictionary<string, Payload>? headers, string name, Func<ByteString, ByteString, T?> read)
        where T : class
    {
        if (headers is null || !headers.TryGetValue(name, out var payload) || !payload.Metadata.TryGetValue(EncodingKey, out var encoding))
            return null;
        try
        {
            return read(encoding, payload.Data);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TreeSnapshot? ReadTree(ByteString data, bool withChildren)
    {
        var reader = new ColumnReader(Inflate(data, MaximumBytes));
        var json = reader.Column().Rest;
        var snapshot = json.Length <= MaximumJson ? JsonSerializer.Deserialize<TreeSnapshot>(json) : throw new InvalidDataException("There is more than can be read.");
        return withChildren && snapshot is not null ? snapshot with { Children = ChildColumns.Read(reader.Rest) } : snapshot;
    }

    private static byte[] WriteJson<T>(T value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value);
        return json.Length <= MaximumJson
            ? json
            : throw new InvalidOperationException($"What a workflow hands on takes {json.Length >> 20} MiB beside its children: more than the {MaximumJson >> 20} MiB that can be read again.");
    }

    private static ByteString Compress(ReadOnlySpan<byte> content, CompressionLevel level)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, level, leaveOpen: true))
            brotli.Write(content);
        return UnsafeByteOperations.UnsafeWrap(compressed.GetBuffer().AsMemory(0, (int)compressed.Length));
    }

    /// <summary>Stops where honest content does, so that a small header cannot fill the memory.</summary>
    private static ReadOnlySpan<byte> Inflate(ByteString data, int most)
    {
        var decoder = default(BrotliDecoder);
        try
        {
            var inflated = new ArrayBufferWriter<byte>(Math.Min(most, Math.Max(256, data.Length * 2)));
            var rest = data.Span;
            while (true)
            {
                var status = decoder.Decompress(rest, inflated.GetSpan(), out var consumed, out var written);
                inflated.Advance(written);
                rest = rest[consumed..];
                if (inflated.WrittenCount > most)
                    throw new InvalidDataException("There is more than can be read.");
                if (status is OperationStatus.Done)
                    return rest.IsEmpty ? inflated.WrittenSpan : throw new InvalidDataException("Something follows.");
                if (status is not OperationStatus.DestinationTooSmall)
                    throw new InvalidDataException("It is cut off, or not compressed.");
            }
        }
        finally
        {
            decoder.Dispose();
        }
    }
}
