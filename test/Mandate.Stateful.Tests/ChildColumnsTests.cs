using System.IO.Compression;
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

    [Fact]
    public void Read_FewBytesThatStandForLongIds_StopsAtTheBound()
    {
        // One id of 1 MiB, and 1,000 that are the same.
        const int length = 1024 * 1024;
        const int count = 1_001;
        var (shared, lengths) = (new ColumnWriter(), new ColumnWriter());
        for (var i = 0; i < count; i++)
        {
            shared.Unsigned(i == 0 ? 0UL : length);
            lengths.Unsigned(i == 0 ? (ulong)length : 0);
        }

        var writer = new ColumnWriter();
        writer.Byte(ChildColumns.Version);
        writer.Unsigned(count);
        writer.Column(new byte[count]);
        writer.Column(shared);
        writer.Column(lengths);
        writer.Column(Enumerable.Repeat((byte)'x', length).ToArray());
        writer.Column(new byte[count]);
        for (var run = 0; run < 2; run++)
        {
            // Run ids that are empty texts, and no present run.
            writer.Column(run == 0 ? Enumerable.Repeat(RunIdColumns.Other, count).ToArray() : []);
            for (var column = 0; column < 4; column++)
                writer.Column([]);
            writer.Column(run == 0 ? new byte[count] : []);
            writer.Column(run == 0 ? new byte[count] : []);
            writer.Column([]);
        }

        writer.Column([]);
        writer.Column("[]"u8);
        for (var column = 0; column < 8; column++)
            writer.Column([]);

        Should.Throw<InvalidDataException>(() => ChildColumns.Read(writer.Written)).Message.ShouldContain("together");
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
    [InlineData(7, "parent-1/child-{0:000000}", 11.5)]
    [InlineData(4, "parent-1/child-{0:000000}", 16.5)]
    [InlineData(7, "{1}", 30)]
    public void Write_ManyChildren_TakesFewBytesForEach(int version, string id, double most)
    {
        const int count = 100_000;
        var random = new Random(1);
        var began = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var children = Enumerable.Range(0, count).Select(i => new ChildSnapshot
        {
            Id = string.Format(System.Globalization.CultureInfo.InvariantCulture, id, i, Uuid(4, began, random)),
            FirstRunId = Uuid(version, began.AddMilliseconds(i / 3), random),
            CancelWithParent = true,
            SentRevision = 7,
        }).ToList();

        var bytes = TreePayload.WriteTree(new() { Children = children }).CalculateSize() / (double)count;

        bytes.ShouldBeLessThan(most);
        output.WriteLine($"{bytes:0.0} bytes a child, {LargestRequest / bytes:0} children in 4 MiB");
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
