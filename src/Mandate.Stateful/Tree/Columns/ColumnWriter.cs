using System.Buffers;

namespace Mandate.Stateful.Tree.Columns;

/// <summary>Bytes of a column, or of all of them. Numbers have seven bits to a byte, the lowest first.</summary>
internal sealed class ColumnWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    public void Bytes(ReadOnlySpan<byte> value) => _bytes.Write(value);

    public void Unsigned(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    /// <summary>Small ones are short, whatever their sign.</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Adds a whole column, with its length.</summary>
    public void Column(ColumnWriter column) => Column(column.Written);

    public void Column(ReadOnlySpan<byte> column)
    {
        Unsigned((ulong)column.Length);
        Bytes(column);
    }
}
