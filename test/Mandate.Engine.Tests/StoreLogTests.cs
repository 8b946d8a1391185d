using System.Collections.Concurrent;
using Google.Protobuf;
using Mandate.Engine.Storage;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.History.V1;
using Mandate.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Engine.Tests;

/// <summary>The write-ahead log is copied into the store's file beside the writer, and begun anew.</summary>
public sealed class StoreLogTests : IDisposable
{
    private const long MiB = 1024 * 1024;
    private readonly TemporaryDirectory _directory = new();
    private readonly byte[] _content = new byte[64 * 1024];
    private long _first = 1;

    public StoreLogTests() => new Random(1).NextBytes(_content);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Log_WrittenManyTimesItsLength_StaysBoundedAndNothingIsMissing()
    {
        using (var store = Store.Open(_directory.Path, new(), NullLogger.Instance))
        {
            await WriteAsync(store, units: 4_000);
            LogBytes.ShouldBeLessThan(80 * MiB, "250 MiB went through it");
            new FileInfo(StorePath).Length.ShouldBeGreaterThan(150 * MiB);
        }

        File.Exists(StorePath + "-wal").ShouldBeFalse("the last connection folds it into the file");
        using var again = Store.Open(_directory.Path, new(), NullLogger.Instance);
        again.Read(r => r.Events(run: 7, from: 1)).Count.ShouldBe(4_000);
    }

    [Fact]
    public async Task Log_WhileSomebodyReads_GrowsAndIsBegunAnewAfterwards()
    {
        using var store = Store.Open(_directory.Path, new(), NullLogger.Instance);
        await WriteAsync(store, units: 10);
        long grown;
        using (var reader = SqliteDatabase.Open(StorePath, readOnly: true))
        {
            reader.Execute("BEGIN");
            reader.ScalarInt64("SELECT count(*) FROM events").ShouldBe(10);
            await WriteAsync(store, units: 1_200);
            grown = LogBytes;
            grown.ShouldBeGreaterThan(70 * MiB);
            reader.ScalarInt64("SELECT count(*) FROM events").ShouldBe(10);
            reader.Execute("COMMIT");
        }

        await WriteAsync(store, units: 3_000);
        LogBytes.ShouldBeLessThan(grown + (80 * MiB), "187 MiB went through it since");
    }

    [Fact]
    public async Task Log_WhileItsCopierIsStarved_KeepsNoAnswerOfWhatIsCommitted()
    {
        using var store = Store.Open(_directory.Path, new(), NullLogger.Instance);
        using var copies = new ManualResetEventSlim();
        var units = new ConcurrentQueue<StoreUnit>();
        var (commits, unanswered) = (0, new ConcurrentQueue<int>());
        store.Writer.BeforeCommit = _ => commits++;
        store.Writer.Checkpointer.Before = (copies.Wait, () =>
        {
            unanswered.Enqueue(commits - units.Count(u => u.Committed.IsCompletedSuccessfully));
            copies.Set();
        });

        // One at a time, so that each commit is one unit.
        for (var i = 0; i < 1_200; i++)
        {
            var unit = Unit();
            units.Enqueue(unit);
            store.Enqueue(unit);
            await unit.Committed;
        }

        unanswered.ShouldNotBeEmpty("75 MiB were added while nothing was copied");
        unanswered.ShouldAllBe(u => u == 0);
    }

    private string StorePath => Path.Combine(_directory.Path, "engine.db");

    private long LogBytes => new FileInfo(StorePath + "-wal").Length;

    private async Task WriteAsync(Store store, int units)
    {
        foreach (var round in Enumerable.Range(0, units).Chunk(8))
        {
            await Task.WhenAll(round.Select(_ =>
            {
                var unit = Unit();
                store.Enqueue(unit);
                return unit.Committed;
            }));
        }
    }

    private StoreUnit Unit()
    {
        var unit = new StoreUnit(new CommitLine());
        unit.Changes.Add(new EventsAppended(run: 7, [Event(_first++)]));
        return unit;
    }

    private HistoryEvent Event(long id) => new()
    {
        EventId = id,
        EventType = EventType.MarkerRecorded,
        MarkerRecordedEventAttributes = new() { MarkerName = "m", Details = { ["data"] = new Payloads { Payloads_ = { new Payload { Data = UnsafeByteOperations.UnsafeWrap(_content) } } } } },
    };
}
