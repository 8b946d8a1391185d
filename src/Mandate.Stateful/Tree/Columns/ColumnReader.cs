namespace Mandate.Stateful.Tree.Columns;

/// <summary>Reads what <see cref="ColumnWriter"/> wrote. Whoever made it may be hostile: nothing is allocated here, and every length is compared with what is there.</summary>
internal ref struct ColumnReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public readonly int Length => _rest.Length;

    public byte Byte() => Bytes(1)[0];

    public ReadOnlySpan<byte> Bytes(ulong length)
    {
        if (length > (ulong)_rest.Length)
            throw new InvalidDataException("A column ends too early.");
        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    public ulong Unsigned()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("A number is too long.");
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number that is below another.</summary>
    public int Index(int count) => Unsigned() is var index && index < (ulong)count ? (int)index : throw new InvalidDataException("A column names what is not there.");

    public ColumnReader Column() => new(Bytes(Unsigned()));

    /// <exception cref="InvalidDataException">Something is left.</exception>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
            throw new InvalidDataException("A column ends too late.");
    }
}
