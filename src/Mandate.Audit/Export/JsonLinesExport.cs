using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mandate.Audit.Querying;
using Mandate.Audit.Storage;

namespace Mandate.Audit.Export;

/// <summary>
/// Writes an export: a line that says whose ledger it is, where it begins and what came before; a line for each event; a line for each checkpoint of the events written.
/// </summary>
internal static class JsonLinesExport
{
    public const string Format = "mandate-audit-export";
    public const int Version = 1;

    private const int ProgressEvery = 4_096;

    public static long Write(ILedgerReader reader, string tenant, Stream destination, long? upTo, IProgress<AuditProgress>? progress, CancellationToken cancellation)
    {
        var extent = reader.Extent(tenant);
        var last = Math.Min(extent.Last, upTo ?? long.MaxValue);
        var total = Math.Max(0, last - extent.First + 1);
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        // Everything but control characters, quotes and backslashes is written as it is: the file is data, not part of a page.
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        WriteHeader(json, reader.Removed(tenant), tenant, extent.First);
        EndLine();

        var written = 0L;
        reader.Scan(tenant, extent.First, last, (place, canonical, hash) =>
        {
            cancellation.ThrowIfCancellationRequested();
            JsonEvent.Write(json, QueryRunner.Read(place, canonical, hash));
            EndLine();
            if (++written % ProgressEvery == 0)
                progress?.Report(new(written, total));
            return true;
        });
        foreach (var checkpoint in reader.Checkpoints(tenant, extent.First - 1, int.MaxValue).TakeWhile(c => c.Size <= last))
        {
            json.WriteStartObject();
            json.WriteString("checkpoint"u8, checkpoint.Note);
            json.WriteEndObject();
            EndLine();
        }

        Flush();
        progress?.Report(new(written, total));
        return written;

        void EndLine()
        {
            json.Flush();
            json.Reset();
            buffer.Write("\n"u8);
            if (buffer.WrittenCount > 60 * 1024)
                Flush();
        }

        void Flush()
        {
            destination.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
        }
    }

    private static void WriteHeader(Utf8JsonWriter json, RemovedPart? removed, string tenant, long first)
    {
        json.WriteStartObject();
        json.WriteString("export"u8, Format);
        json.WriteNumber("version"u8, Version);
        json.WriteString("tenant"u8, tenant);
        json.WriteNumber("first"u8, first);
        json.WriteString("previousHash"u8, (removed?.Hash ?? AuditHash.Zero).ToString());
        json.WriteStartArray("frontier"u8);
        foreach (var hash in removed?.Frontier ?? [])
            json.WriteStringValue(hash.ToString());
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
