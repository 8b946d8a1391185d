using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Mandate.Protocol.Api.History.V1;

namespace Mandate.Engine.Storage;

/// <summary>A batch of a run's events: one row, a serialised <see cref="History"/>, so that rows put together are a history again.</summary>
internal sealed class EventsAppended : StoreChange
{
    private readonly long _run;
    private readonly long _first;
    private readonly byte[] _batch;
    private readonly uint _checksum;

    public EventsAppended(long run, IReadOnlyList<HistoryEvent> events)
    {
        _run = run;
        _first = events[0].EventId;
        var history = new HistoryMessage();
        history.Events.AddRange(events);
        _batch = history.ToByteArray();
        _checksum = Checksum(run, _first, _batch);
    }

    public override int Weight => 128 + _batch.Length;

    public int Size => _batch.Length;

    /// <summary>What is stored.</summary>
    public byte[] Batch => _batch;

    public override void Write(StoreStatements statements) =>
        statements.InsertEvents.Bind(1, _run).Bind(2, _first).Bind(3, _checksum).Bind(4, _batch).Run();

    /// <summary>CRC-32C over place and content, so that a batch in the wrong place is found as well as a damaged one.</summary>
    public static uint Checksum(long run, long first, ReadOnlySpan<byte> batch)
    {
        var crc = BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, (ulong)run), (ulong)first);
        while (batch.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(batch));
            batch = batch[sizeof(ulong)..];
        }

        foreach (var b in batch)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
