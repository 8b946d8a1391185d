using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Mandate.Credentials.Vault;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Stateful.Tree;
using Mandate.Stateful.Tree.Columns;

namespace Mandate.Stateful.Tests;

/// <summary>What goes to the next run of children: nothing is lost on the way, and nothing that is no such thing does harm.</summary>
public sealed class ChildColumnsTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>Far below what the largest allowed content takes, far above what these small ones need.</summary>
    private const long MostAllocated = 8 * 1024 * 1024;

    private static readonly string Long = new('x', 1024 * 1024);

    private const int LargestRequest = 4 * 1024 * 1024;

    [Fact]
    public void Read_WhatWasWritten_IsTheSameWhateverItHolds()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var children = Children(new Random(seed));

            var read = TreePayload.ReadHandedOn(TreePayloadTests.Header(TreePayload.WriteTree(new() { Revision = seed, Children = children })))!;

            read.Revision.ShouldBe(seed);
            Texts(read.Children).ShouldBe(Texts(children), $"seed {seed}");
        }
    }

    [Fact]
    public void Read_WhatWasCutOffOrChanged_IsReadOrRefusedAndTakesNoMemory()
    {
        var (accepted, refused) = (0, 0);
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var writer = new ColumnWriter();
            ChildColumns.Write(Children(random), writer);
            for (var i = 0; i < 100; i++)
            {
                var hostile = Change(writer.Written.ToArray(), random);
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    ChildColumns.Read(hostile);
                    accepted++;
                }
                catch (InvalidDataException)
                {
                    refused++;
                }

                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostAllocated, $"seed {seed}, change {i}");
            }
        }

        // A changed letter of an id is another id, and nothing to refuse.
        accepted.ShouldBeGreaterThan(100);
        refused.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public void ReadHandedOn_CompressedContentThatWasCutOffOrChanged_FailsTheTaskOrIsRead()
    {
        var refused = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var payload = TreePayload.WriteTree(new() { Children = Children(random) });
            if (payload.Metadata["encoding"].ToStringUtf8() != TreePayload.WithChildren)
                continue;
            payload.Data = ByteString.CopyFrom(Change(payload.Data.ToByteArray(), random));
            try
            {
                TreePayload.ReadHandedOn(TreePayloadTests.Header(payload));
            }
            catch (InvalidOperationException e)
            {
                e.Message.ShouldContain("cannot be read");
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Read_MoreChildrenThanThereAreFlags_TakesNoMemory()
    {
        var writer = new ColumnWriter();
        writer.Byte(ChildColumns.Version);
        writer.Unsigned(ChildColumns.MostChildren);
        writer.Column([0]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<InvalidDataException>(() => ChildColumns.Read(writer.Written));

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1024 * 1024);
    }

    /// <summary>A few bytes can stand for as much as one likes, in every column that holds texts.</summary>
    [Theory]
    [InlineData(70, 0, 0, 0, 0)]
    [InlineData(0, 70, 0, 0, 0)]
    [InlineData(0, 0, 70, 0, 0)]
    [InlineData(0, 0, 0, 70, 0)]
    [InlineData(0, 0, 0, 0, 70)]
    [InlineData(14, 14, 14, 14, 14)]
    public void Read_FewBytesThatStandForLongTexts_StopsAtOneBoundForAll(params int[] texts)
    {
        var block = Block(70, texts);
        block.Length.ShouldBeLessThan(6 * 1024 * 1024);

        Should.Throw<InvalidDataException>(() => ChildColumns.Read(block)).Message.ShouldContain("together");
    }

    [Theory]
    [InlineData(70, 0, 0, 0, 0)]
    [InlineData(0, 70, 0, 0, 0)]
    [InlineData(0, 0, 70, 0, 0)]
    [InlineData(0, 0, 0, 70, 0)]
    [InlineData(0, 0, 0, 0, 70)]
    [InlineData(14, 14, 14, 14, 14)]
    public void Write_MoreTextThanCanBeRead_IsRefusedWhicheverColumnHoldsIt(params int[] texts)
    {
        string Text(int column, int child) => child < texts[column] ? Long : "";
        var children = Enumerable.Range(0, 70).Select(i => new ChildSnapshot { Id = Text(0, i), FirstRunId = Text(1, i), RunId = Text(2, i), StartedWith = new(Text(3, i), 1, Text(4, i)) }).ToList();

        Should.Throw<InvalidOperationException>(() => ChildColumns.Write(children, new())).Message.ShouldContain("70 children");
    }

    [Fact]
    public void Read_AsMuchTextAsIsWritten_IsRead()
    {
        var writer = new ColumnWriter();
        ChildColumns.Write([.. Enumerable.Range(0, 12).Select(_ => new ChildSnapshot { Id = Long, FirstRunId = Long, RunId = Long, StartedWith = new(Long, 1, Long) })], writer);

        ChildColumns.Read(writer.Written).Count.ShouldBe(12);
        ChildColumns.Read(Block(12, [12, 12, 12, 12, 12]))[11].StartedWith!.Fingerprint.ShouldBe(Long);
    }

    /// <summary>Each is a few bytes here, and some hundred in memory.</summary>
    [Fact]
    public void Read_MoreChildrenThanOneRequestHolds_IsRefusedAndNotWrittenEither()
    {
        const int count = 500_001;
        Should.Throw<InvalidDataException>(() => ChildColumns.Read(Block(count, [0, 0, 0, 0, 0])));

        var child = new ChildSnapshot { Id = "child" };
        Should.Throw<InvalidOperationException>(() => ChildColumns.Write([.. Enumerable.Repeat(child, count)], new()));
    }

    [Theory]
    [InlineData("{},", 2_000_000)]
    [InlineData("{\"o\":[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"]},", 250_000)]
    public void Read_PartsOfTheTokenThatAreFarMoreInMemory_AreRefused(string part, int count)
    {
        var json = $"[{string.Concat(Enumerable.Repeat(part, count)).TrimEnd(',')}]";
        json.Length.ShouldBeLessThan(16 * 1024 * 1024);

        Should.Throw<InvalidDataException>(() => ChildColumns.Read(Block(1, [0, 0, 0, 0, 0], json))).Message.ShouldContain("together");
    }

    [Fact]
    public void WriteTree_JsonThatCouldNotBeRead_IsRefused()
    {
        var ancestors = Enumerable.Repeat(Long, 9).ToList();

        Should.Throw<InvalidOperationException>(() => TreePayload.WriteTree(new() { Ancestors = ancestors }));
        Should.Throw<InvalidOperationException>(() => TreePayload.WriteTree(new() { Ancestors = ancestors, Children = [new() { Id = "child" }] }));
    }

    [Theory]
    [InlineData("json/brotli", false)]
    [InlineData(TreePayload.WithChildren, true)]
    public void ReadHandedOn_JsonThatIsFarMoreInMemory_IsRefused(string encoding, bool withChildren)
    {
        var json = Encoding.UTF8.GetBytes($"{{\"a\":[{string.Join(',', Enumerable.Repeat("\"\"", 4_000_000))}],\"p\":0,\"r\":0,\"q\":0}}");
        var whole = new ColumnWriter();
        if (withChildren)
        {
            whole.Column(json);
            ChildColumns.Write([new() { Id = "child" }], whole);
        }
        else
        {
            whole.Bytes(json);
        }

        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(whole.Written);
        var payload = new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8(encoding) }, Data = ByteString.CopyFrom(compressed.ToArray()) };

        Should.Throw<InvalidOperationException>(() => TreePayload.ReadHandedOn(TreePayloadTests.Header(payload)));
    }

    [Fact]
    public void ReadHandedOn_SmallHeaderThatInflatesWithoutEnd_IsRefused()
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < 100; i++)
                brotli.Write(new byte[1024 * 1024]);
        }

        compressed.Length.ShouldBeLessThan(20_000);
        var payload = new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8(TreePayload.WithChildren) }, Data = ByteString.CopyFrom(compressed.ToArray()) };
        Should.Throw<InvalidOperationException>(() => TreePayload.ReadHandedOn(TreePayloadTests.Header(payload)));
    }

    /// <summary>With ids as people give them, and the run ids of this engine and of Temporal's server.</summary>
    [Theory]
    [InlineData(7, "parent-1/child-{0:000000}", false, 11.5)]
    [InlineData(4, "parent-1/child-{0:000000}", false, 16.5)]
    [InlineData(7, "{1}", false, 30)]
    [InlineData(7, "parent-1/child-{0:000000}", true, 32)]
    public void Write_ManyChildren_TakesFewBytesForEach(int version, string id, bool isNarrowed, double most)
    {
        const int count = 100_000;
        var hosts = AllowedHosts.Parse(["api.example.com"]);
        var random = new Random(1);
        var began = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var children = Enumerable.Range(0, count).Select(i => new ChildSnapshot
        {
            Id = string.Format(System.Globalization.CultureInfo.InvariantCulture, id, i, Uuid(4, began, random)),
            FirstRunId = Uuid(version, began.AddMilliseconds(i / 3), random),
            CancelWithParent = true,
            SentRevision = 7,
            Hosts = isNarrowed ? hosts : null,
            StartedWith = isNarrowed ? new(string.Format(System.Globalization.CultureInfo.InvariantCulture, id, i), 2, Convert.ToHexStringLower(Guid.Parse(Uuid(4, began, random)).ToByteArray())) : null,
        }).ToList();

        var bytes = TreePayload.WriteTree(new() { Children = children }).CalculateSize() / (double)count;

        bytes.ShouldBeLessThan(most);
        output.WriteLine($"{bytes:0.0} bytes a child, {LargestRequest / bytes:0} children in 4 MiB");
    }

    /// <summary>Children of which the first few have texts of 1 MiB in a column, and the others empty ones: ids, first runs, runs, names and fingerprints.</summary>
    private static byte[] Block(int count, int[] texts, string narrowings = "[]")
    {
        var writer = new ColumnWriter();
        writer.Byte(ChildColumns.Version);
        writer.Unsigned((ulong)count);
        writer.Column(Enumerable.Repeat((byte)(ChildColumns.MovedBit | ChildColumns.StartedBit), count).ToArray());
        Column(texts[0]);
        writer.Column(new byte[count]);
        for (var run = 1; run <= 2; run++)
        {
            writer.Column(Enumerable.Repeat(RunIdColumns.Other, count).ToArray());
            for (var column = 0; column < 4; column++)
                writer.Column([]);
            Column(texts[run]);
        }

        writer.Column([]);
        writer.Column(Encoding.UTF8.GetBytes(narrowings));
        writer.Column([]);
        Column(texts[3]);
        writer.Column(new byte[count]);
        Column(texts[4]);
        return writer.Written.ToArray();

        void Column(int longOnes)
        {
            var (shared, lengths) = (new ColumnWriter(), new ColumnWriter());
            for (var i = 0; i < count; i++)
            {
                shared.Unsigned(i > 0 && i < longOnes ? (ulong)Long.Length : 0UL);
                lengths.Unsigned(i == 0 && longOnes > 0 ? (ulong)Long.Length : 0UL);
            }

            writer.Column(shared);
            writer.Column(lengths);
            writer.Column(longOnes > 0 ? Encoding.UTF8.GetBytes(Long) : []);
        }
    }

    private static string Uuid(int version, DateTimeOffset time, Random random)
    {
        var bytes = (version == 7 ? Guid.CreateVersion7(time) : Guid.Empty).ToByteArray(bigEndian: true);
        random.NextBytes(bytes.AsSpan(version == 7 ? 6 : 0));
        bytes[6] = (byte)((version << 4) | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return new Guid(bytes, bigEndian: true).ToString();
    }

    private static IEnumerable<string> Texts(IEnumerable<ChildSnapshot> children) => children.Select(c => JsonSerializer.Serialize(c));

    private static List<ChildSnapshot> Children(Random random) => [.. Enumerable.Range(0, random.Next(40)).Select(i => new ChildSnapshot
    {
        Id = random.Next(6) switch { 0 => $"ünï/{random.Next(1_000_000)}/\u4e2d", 1 => Uuid(4, default, random), 2 => new string('x', random.Next(300)), _ => $"parent/child-{i:00000}" },
        FirstRunId = RunId(random),
        RunId = random.Next(3) == 0 ? RunId(random) : null,
        Policy = (ApiTokenPolicy)random.Next(4),
        SentRevision = random.Next(4) switch { 0 => random.NextInt64(), 1 => -random.NextInt64(), _ => random.Next(5) },
        CancelWithParent = random.Next(2) == 0,
        Hosts = random.Next(4) switch { 0 => AllowedHosts.Parse([$"api{random.Next(3)}.example.com"]), 1 => AllowedHosts.None, _ => null },
        Scopes = random.Next(4) switch { 0 => [], 1 => ["read", $"write:{random.Next(3)}"], _ => null },
        StartedWith = random.Next(4) == 0 ? new($"parent/child-{i:00000}", random.NextInt64(), $"{random.NextInt64():x16}") : null,
        LostAt = random.Next(5) == 0 ? new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero) : null,
    })];

    private static string RunId(Random random) => random.Next(8) switch
    {
        0 => "",
        1 => "no uuid",
        2 => Uuid(4, default, random).ToUpperInvariant(),
        3 => Guid.Empty.ToString(),
        4 => Guid.AllBitsSet.ToString(),
        5 => Uuid(4, default, random),
        _ => Uuid(7, DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(1L << 47)), random),
    };

    private static byte[] Change(byte[] content, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                return content[..random.Next(content.Length)];
            case 1:
                return [.. content, .. content.AsSpan(random.Next(content.Length))];
            default:
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                    content[random.Next(content.Length)] = (byte)random.Next(256);
                return content;
        }
    }
}
