using System.Buffers.Binary;

namespace Mandate.Stateful.Tree.Columns;

/// <summary>
/// Run ids. UUIDs, as servers make them, are 16 bytes or fewer: of those that begin with the time (version 7) the time is a difference to the one before. The two bytes that hold version and variant are columns of
/// their own, since half of them is always the same. Any other form is kept as the text it is.
/// </summary>
internal sealed class RunIdColumns(TextBudget budget)
{
    internal const byte Timed = 0;
    internal const byte Uuid = 1;
    internal const byte Other = 2;
    internal const int UuidLength = 36;
    internal const int TimeBytes = 6;
    internal const int VersionAt = 6;
    internal const int VariantAt = 8;

    private readonly ColumnWriter _forms = new();
    private readonly ColumnWriter _times = new();
    private readonly ColumnWriter _versions = new();
    private readonly ColumnWriter _variants = new();
    private readonly ColumnWriter _rests = new();
    private readonly TextColumn _texts = new(budget);
    private long _time;

    public void Add(string runId)
    {
        Span<byte> bytes = stackalloc byte[16];
        // Only where the very same text comes back.
        if (!Guid.TryParseExact(runId, "D", out var id) || id.ToString("D") != runId || !id.TryWriteBytes(bytes, bigEndian: true, out _))
        {
            _forms.Byte(Other);
            _texts.Add(runId);
            return;
        }

        budget.Take(UuidLength);
        _versions.Byte(bytes[VersionAt]);
        _variants.Byte(bytes[VariantAt]);
        if (id.Version == 7)
        {
            var time = Time(bytes);
            _forms.Byte(Timed);
            _times.Signed(time - _time);
            _time = time;
        }
        else
        {
            _forms.Byte(Uuid);
            _rests.Bytes(bytes[..TimeBytes]);
        }

        _rests.Byte(bytes[7]);
        _rests.Bytes(bytes[9..]);
    }

    public void WriteTo(ColumnWriter into)
    {
        into.Column(_forms);
        into.Column(_times);
        into.Column(_versions);
        into.Column(_variants);
        into.Column(_rests);
        _texts.WriteTo(into);
    }

    /// <summary>Milliseconds since 1970 in the first 48 bits.</summary>
    private static long Time(ReadOnlySpan<byte> id) => ((long)BinaryPrimitives.ReadUInt32BigEndian(id) << 16) | BinaryPrimitives.ReadUInt16BigEndian(id[4..]);
}
