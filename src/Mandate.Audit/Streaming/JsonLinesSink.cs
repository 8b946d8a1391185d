using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mandate.Audit.Storage.Sqlite;

namespace Mandate.Audit.Streaming;

/// <summary>Appends events to a file, one line of JSON each with the field names of the Elastic Common Schema, for a log shipper to pick up. The file is flushed to the disk before events count as sent.</summary>
/// <param name="path">The file; made when missing, readable and writable by the owner alone.</param>
public sealed class JsonLinesSink(string path) : IAuditEventSink
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public string Name { get; init; } = "file";

    /// <inheritdoc/>
    public async Task SendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellation)
    {
        var lines = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(lines, Json))
        {
            foreach (var e in events)
            {
                EcsEvent.Write(json, e);
                json.Flush();
                json.Reset();
                lines.Write("\n"u8);
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var file = new FileStream(path, PrivateFile.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));
        await using (file.ConfigureAwait(false))
        {
            // A line that was cut short by a crash is taken away: the event it began comes again now.
            file.SetLength(EndOfLastLine(file));
            file.Position = file.Length;
            await file.WriteAsync(lines.WrittenMemory, cancellation).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
    }

    private static long EndOfLastLine(FileStream file)
    {
        var buffer = new byte[4_096];
        for (var end = file.Length; end > 0;)
        {
            var start = Math.Max(0, end - buffer.Length);
            file.Position = start;
            var part = buffer.AsSpan(0, (int)(end - start));
            file.ReadExactly(part);
            if (part.LastIndexOf((byte)'\n') is var at and >= 0)
                return start + at + 1;
            end = start;
        }

        return 0;
    }
}
