using System.Text.Json.Nodes;
using Mandate.Audit.Canonical;
using Mandate.Audit.Merkle;
using Mandate.Audit.Verification;

namespace Mandate.Audit.Tests;

/// <summary>Makes ledgers of random events in memory, damages them and has them verified by both verifiers.</summary>
internal static class MemoryLedger
{
    public const string Tenant = "acme";

    private static readonly string[] Pieces = ["a", "order-1", "|", "\0", "\n", "\"", "é", "😀", "\uFFFD", "{}", "", "x'); --"];

    public static List<MemoryRow> Create(int events, int seed)
    {
        var random = new Random(seed);
        var rows = new List<MemoryRow>();
        var head = AuditHead.Empty;
        for (var i = 0; i < events; i++)
            head = Append(rows, head, Entry(random), random);
        return rows;
    }

    /// <summary>Adds an event that follows a head, at the place after the last row.</summary>
    public static AuditHead Append(List<MemoryRow> rows, AuditHead head, AuditEntry entry, Random random)
    {
        Span<byte> id = stackalloc byte[16];
        random.NextBytes(id);
        var canonical = CanonicalEntry.Create(entry).At(head, new Guid(id), random.NextInt64(0, 4_000_000_000_000_000));
        var hash = CanonicalEvent.Hash(canonical);
        rows.Add(new(rows.Count + 1, canonical, hash.ToArray()));
        return new(head.Sequence + 1, hash);
    }

    /// <summary>The rows with places 1, 2, 3 … in the order they stand in.</summary>
    public static List<MemoryRow> Renumber(IEnumerable<MemoryRow> rows) => [.. rows.Select((row, i) => row with { Place = i + 1 })];

    public static AuditHash Root(IEnumerable<MemoryRow> rows)
    {
        using var hasher = new EventHasher();
        var range = new CompactRange();
        foreach (var row in rows)
            range.Append(new AuditHash(row.Hash), hasher);
        return range.Root(hasher);
    }

    public static AuditVerification Verify(IReadOnlyList<MemoryRow> rows, params IReadOnlyList<(long Size, AuditHash Root)> points) =>
        new LedgerVerifier(() => new MemoryReader(rows), Tenant).Verify(
            upTo: null, points.Count > 0 ? points[^1].Size : 0, [.. points.Select(p => new TrustedPoint(p.Size, Hash: null, p.Root, "a checkpoint"))], threads: 1, progress: null, CancellationToken.None);

    /// <summary>The same as a question to the independent verifier.</summary>
    public static JsonObject Question(IEnumerable<MemoryRow> rows, params IReadOnlyList<(long Size, AuditHash Root)> points) => new()
    {
        ["ledger"] = new JsonObject
        {
            ["tenant"] = Tenant,
            ["first"] = 1,
            ["previousHash"] = AuditHash.Zero.ToString(),
            ["frontier"] = new JsonArray(),
            ["rows"] = new JsonArray([.. rows.Select(r => new JsonArray(r.Place, Convert.ToHexStringLower(r.Canonical), Convert.ToHexStringLower(r.Hash)))]),
            ["points"] = new JsonArray([.. points.Select(p => new JsonArray(p.Size, p.Root.ToString()))]),
        },
    };

    public static AuditEntry Entry(Random random)
    {
        string Text() => Pieces[random.Next(Pieces.Length)];
        string Some() => Text() is { Length: > 0 } text ? text : "some";
        Dictionary<string, string> Map()
        {
            var map = new Dictionary<string, string>();
            for (var i = random.Next(4); i > 0; i--)
                map[Some() + i] = Text() + Text();
            return map;
        }

        return new AuditEntry
        {
            Tenant = Tenant,
            Type = Some(),
            Action = Some(),
            Result = (AuditResult)random.Next(3),
            Resource = new(Some(), Text()),
            Actor = new(Some(), Text(), Text()),
            Context = Map(),
            Metadata = Map(),
        };
    }
}
