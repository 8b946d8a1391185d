using Mandate.Audit.Canonical;
using Mandate.Audit.Merkle;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

public sealed class CanonicalBytesTests
{
    // The vector of docs/audit-format.md, checked there with an independent calculation.
    private const string VectorHash = "b53ae7422aabbe923372a134d7de3ec7d6123daec3f63be957fa08a8b1e45fa5";

    [Fact]
    public void Write_TheDocumentedVector_GivesTheDocumentedHash()
    {
        var canonical = Canonical(Vector(), new(2, AuditHash.Of("previous"u8)), new Guid("0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b"), 1_772_625_600_123_456);

        CanonicalEvent.Hash(canonical).ToString().ShouldBe(VectorHash);
    }

    [Fact]
    public void Document_ItsVector_IsTheOneTested()
    {
        var document = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "audit-format.md"));
        var canonical = Canonical(Vector(), new(2, AuditHash.Of("previous"u8)), new Guid("0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b"), 1_772_625_600_123_456);

        document.ShouldContain(VectorHash);
        string.Concat(document.Where(c => !char.IsWhiteSpace(c))).ShouldContain(Convert.ToHexStringLower(canonical));
    }

    [Fact]
    public void Document_ItsRootsOfTrees_AreOurs()
    {
        var document = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "audit-format.md"));
        using var hasher = new EventHasher();
        foreach (var size in (int[])[1, 2, 3, 7, 8])
        {
            var range = new CompactRange();
            for (var i = 1; i <= size; i++)
                range.Append(AuditHash.Of(System.Text.Encoding.ASCII.GetBytes($"leaf {i}")), hasher);
            document.ShouldContain($"| {size} | `{range.Root(hasher)}` |");
            CompactRange.Restore(size, range.Frontier)!.Root(hasher).ShouldBe(range.Root(hasher));
        }
    }

    [Fact]
    [Scenario("audit", 5)]
    public void Write_RandomEntriesOfHostilePieces_AreEqualOnlyWhenTheEntriesAre()
    {
        // Few short pieces, so that joined without lengths a great many of these entries would be the same bytes.
        string[] pieces = ["a", "b", "aa", "ab", "|", "\0", "\n", "\"", "\0\0\0\u0001", "é", "e\u0301", "😀", "\uFFFD", "{}"];
        var random = new Random(20_260_304);
        var seen = new Dictionary<string, string>();
        for (var i = 0; i < 30_000; i++)
        {
            var entry = RandomEntry(random, pieces);
            var bytes = Convert.ToHexString(Canonical(entry, AuditHead.Empty, Guid.Empty, 0));
            var described = Describe(entry);
            if (seen.TryGetValue(bytes, out var other))
                described.ShouldBe(other);
            seen[bytes] = described;
        }

        seen.Values.Distinct().Count().ShouldBe(seen.Count, "one entry has one encoding");
        seen.Count.ShouldBeGreaterThan(10_000, "the generator must produce many different entries");
    }

    [Fact]
    public void Write_PlaceTimeOrLinkDiffer_GivesOtherBytes()
    {
        var entry = Vector();
        var id = new Guid("0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b");
        byte[][] all =
        [
            Canonical(entry, new(1, AuditHash.Zero), id, 5),
            Canonical(entry, new(2, AuditHash.Zero), id, 5),
            Canonical(entry, new(1, AuditHash.Of("x"u8)), id, 5),
            Canonical(entry, new(1, AuditHash.Zero), Guid.Empty, 5),
            Canonical(entry, new(1, AuditHash.Zero), id, 6),
        ];

        all.Select(Convert.ToHexString).Distinct().Count().ShouldBe(all.Length);
    }

    [Fact]
    public void MapDecode_EveryTruncationAndEveryFlippedByte_IsRefusedOrAnotherMap()
    {
        var map = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1", ["ä"] = "", ["long"] = new('x', 300) };
        var bytes = EncodeMap(map);

        CanonicalMap.Decode(bytes).ShouldNotBeNull().ShouldBe(map, ignoreOrder: true);
        for (var length = 0; length < bytes.Length; length++)
            CanonicalMap.Decode(bytes.AsSpan(0, length)).ShouldBeNull();
        CanonicalMap.Decode([.. bytes, 0]).ShouldBeNull();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x01;
            if (CanonicalMap.Decode(bytes) is { } decoded)
                EncodeMap(decoded).ShouldBe(bytes, "whatever decodes has these bytes as its only encoding");
            bytes[i] ^= 0x01;
        }
    }

    private static byte[] Canonical(AuditEntry entry, AuditHead previous, Guid id, long microseconds)
    {
        return CanonicalEntry.Create(entry).At(previous, id, microseconds);
    }

    private static byte[] EncodeMap(IReadOnlyDictionary<string, string> map)
    {
        var measured = CanonicalMap.Measure(map, "context");
        var bytes = new byte[sizeof(uint) + measured.Bytes];
        var rest = bytes.AsSpan();
        CanonicalMap.Write(ref rest, measured);
        rest.Length.ShouldBe(0);
        return bytes[sizeof(uint)..];
    }

    [Fact]
    public void Write_NamesBeyondTheBasicPlane_StandInTheOrderOfTheirBytes()
    {
        // In UTF-16 the surrogates of an emoji come before U+FFFD, in UTF-8 after it.
        var names = new[] { "😀", "\uFFFD", "é", "a😀", "a\uFFFD", "a", "z" };
        var bytes = EncodeMap(names.ToDictionary(n => n, _ => ""));

        CanonicalMap.Decode(bytes).ShouldNotBeNull().Keys.ShouldBe(names, ignoreOrder: true);
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSameEvent()
    {
        var random = new Random(5);
        for (var i = 0; i < 2_000; i++)
        {
            var entry = RandomEntry(random, ["a", "|", "\0", "é", "😀"]);
            var canonical = Canonical(entry, new(i, AuditHash.Of([1])), Guid.CreateVersion7(), i);
            var read = CanonicalReader.Read(canonical, CanonicalEvent.Hash(canonical).ToArray()).ShouldNotBeNull();

            Describe(read.Entry).ShouldBe(Describe(entry));
            read.Sequence.ShouldBe(i + 1);
            Canonical(read.Entry, new(i, read.PreviousHash), read.Id, i).ShouldBe(canonical);
        }
    }

    private static AuditEntry Vector() => new()
    {
        Tenant = "acme",
        Type = "execution.start",
        Action = "start",
        Result = AuditResult.Success,
        Resource = new("execution", "order-17"),
        Actor = new("user", "alice", "192.0.2.7"),
        Context = new Dictionary<string, string> { ["runId"] = "r-1", ["workflowId"] = "order-17" },
        Metadata = new Dictionary<string, string> { ["note"] = "first\nsecond \"quoted\" | \0 😀" },
    };

    private static AuditEntry RandomEntry(Random random, string[] pieces)
    {
        string Piece() => pieces[random.Next(pieces.Length)];
        string Maybe() => random.Next(2) == 0 ? "" : Piece();
        Dictionary<string, string> Map()
        {
            var map = new Dictionary<string, string>();
            for (var i = random.Next(3); i > 0; i--)
                map[Piece()] = Maybe();
            return map;
        }

        // Most fields are fixed in most entries, so that equal entries occur as well.
        var entry = Vector() with { Context = Map(), Metadata = new Dictionary<string, string>() };
        return random.Next(6) switch
        {
            0 => entry with { Tenant = Piece(), Type = Piece() },
            1 => entry with { Type = Piece(), Action = Piece() },
            2 => entry with { Result = (AuditResult)random.Next(3), Action = Piece() },
            3 => entry with { Resource = new(Piece(), Maybe()) },
            4 => entry with { Actor = new(Piece(), Maybe(), Maybe()) },
            _ => entry with { Metadata = Map() },
        };
    }

    private static string Describe(AuditEntry e)
    {
        static string Map(IReadOnlyDictionary<string, string> map) =>
            string.Join(';', map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{Quote(p.Key)}={Quote(p.Value)}"));
        static string Quote(string text) => string.Join(',', text.Select(c => (int)c));
        string[] texts = [e.Tenant, e.Type, e.Action, e.Result.ToString(), e.Resource.Type, e.Resource.Id, e.Actor.Type, e.Actor.Id, e.Actor.Address];
        return $"{string.Join('/', texts.Select(Quote))}/{Map(e.Context)}/{Map(e.Metadata)}";
    }
}
