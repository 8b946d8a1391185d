using System.Text.Json;
using Mandate.Audit.Canonical;
using Mandate.Audit.Merkle;
using Mandate.Audit.Storage;
using Mandate.Audit.Verification;

namespace Mandate.Audit.Export;

/// <summary>Verifies an export from its lines alone, by the same checks as a store.</summary>
internal static class JsonLinesVerifier
{
    private const int SegmentSize = 1 << 14;

    /// <exception cref="InvalidDataException">The file does not begin as an export does.</exception>
    public static AuditVerification Verify(string path, AuditVerificationOptions options, CancellationToken cancellation)
    {
        var length = new FileInfo(path).Length;
        var header = ReadHeader(path);
        var (points, forged) = TrustedPoints.Gather(header.Tenant, options, from => from > 0 ? [] : ReadCheckpoints(path));
        var tenant = CanonicalText.Utf8.GetBytes(header.Tenant);
        using var hasher = new EventHasher();
        var witness = new DamageWitness(tenant, place => Row(path, place), missing => Row(path, missing) is not null);
        using var fold = new ChainFold(header.Start, header.Range, points, witness);
        long[] watched = [.. points.Select(p => p.Size).Distinct()];

        var segment = new SegmentCheck(tenant, header.Start.Sequence + 1, watched, hasher);
        AuditDamage? malformed = null;
        long done = 0;
        foreach (var (json, read) in Lines(path))
        {
            cancellation.ThrowIfCancellationRequested();
            done += read;
            options.Progress?.Report(new(done, length));
            if (json is { ValueKind: JsonValueKind.Object } note && note.TryGetProperty("checkpoint", out _))
                continue;
            var expected = segment.Next;
            if (options.UpTo < expected)
                break;
            if (json is not { ValueKind: JsonValueKind.Object } line || JsonEvent.Read(line) is not { } row)
            {
                malformed = new(expected, AuditDamageKind.Malformed, $"The line in the place of event {expected} is not an event.");
                break;
            }

            if (!segment.Add(CanonicalEvent.Sequence(row.Canonical), row.Canonical, row.Hash.ToArray()))
                break;
            if (segment.Next - segment.First == SegmentSize)
            {
                if (!fold.Add(segment))
                    break;
                segment = new SegmentCheck(tenant, segment.Next, watched, hasher);
            }
        }

        // What follows a line that is no event does not matter, but what came before it does.
        fold.Add(segment);
        if (malformed is null)
            fold.Finish(Math.Max(options.UpTo ?? 0, points.Count > 0 ? points[^1].Size : 0));
        var damage = fold.Damage ?? malformed;
        return TrustedPoints.With(
            new()
            {
                Tenant = header.Tenant,
                Head = fold.Head,
                First = header.Start.Sequence + 1,
                Damage = damage,
                Root = damage is null ? fold.Root : null,
                Vouched = fold.Vouched,
            },
            forged);
    }

    private static (string Tenant, AuditHead Start, CompactRange Range) ReadHeader(string path)
    {
        try
        {
            using var file = new StreamReader(path);
            using var json = JsonDocument.Parse(file.ReadLine() ?? "");
            var header = json.RootElement;
            if (header.GetProperty("export").GetString() == JsonLinesExport.Format && header.GetProperty("version").GetInt32() == JsonLinesExport.Version
                && AuditHash.TryParse(header.GetProperty("previousHash").GetString(), out var previous)
                && header.GetProperty("tenant").GetString() is { } tenant)
            {
                var upTo = header.GetProperty("first").GetInt64() - 1;
                AuditHash[] frontier = [.. header.GetProperty("frontier").EnumerateArray().Select(h => AuditHash.TryParse(h.GetString(), out var hash) ? hash : throw new FormatException())];
                if (CompactRange.Restore(upTo, frontier) is { } range && (upTo > 0 || previous == AuditHash.Zero))
                    return (tenant, upTo == 0 ? AuditHead.Empty : new(upTo, previous), range);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw NotAnExport(path, e);
        }

        throw NotAnExport(path, inner: null);
    }

    private static InvalidDataException NotAnExport(string path, Exception? inner) => new($"'{path}' does not begin as an export of an audit ledger does.", inner);

    private static List<StoredCheckpoint> ReadCheckpoints(string path)
    {
        var checkpoints = new List<StoredCheckpoint>();
        foreach (var (json, _) in Lines(path, "\"checkpoint\""))
        {
            if (json is { ValueKind: JsonValueKind.Object } line && line.TryGetProperty("checkpoint", out var note) && note.ValueKind == JsonValueKind.String)
            {
                var text = note.GetString()!;
                checkpoints.Add(new(Checkpoints.AuditCheckpoint.TryParse(text, out var checkpoint) ? checkpoint.Size : 0, 0, [], text));
            }
        }

        return checkpoints;
    }

    /// <summary>The event with a sequence number, wherever in the file it stands.</summary>
    private static (byte[] Canonical, byte[] Hash)? Row(string path, long sequence)
    {
        foreach (var (json, _) in Lines(path))
        {
            if (json is { ValueKind: JsonValueKind.Object } line && JsonEvent.Read(line) is { } row && CanonicalEvent.Sequence(row.Canonical) == sequence)
                return (row.Canonical, row.Hash.ToArray());
        }

        return null;
    }

    /// <summary>The lines after the first; null for one that is no JSON. Each is good until the next is asked for.</summary>
    private static IEnumerable<(JsonElement? Json, long Read)> Lines(string path, string? with = null)
    {
        using var file = new StreamReader(path);
        file.ReadLine();
        while (file.ReadLine() is { } line)
        {
            if (with is not null && !line.Contains(with, StringComparison.Ordinal))
                continue;
            JsonDocument? json;
            try
            {
                json = JsonDocument.Parse(line, new JsonDocumentOptions { AllowDuplicateProperties = false });
            }
            catch (JsonException)
            {
                json = null;
            }

            yield return (json?.RootElement, line.Length + 1);
            json?.Dispose();
        }
    }
}
