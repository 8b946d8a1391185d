using System.Buffers.Binary;

namespace Mandate.Stateful.Tree.Columns;

/// <summary>Reads <see cref="RunIdColumns"/>.</summary>
internal ref struct RunIdReader
{
    private readonly TextBudget _budget;
    private ColumnReader _forms;
    private ColumnReader _times;
    private ColumnReader _versions;
    private ColumnReader _variants;
    private ColumnReader _rests;
    private TextColumnReader _texts;
    private long _time;

    public RunIdReader(ref ColumnReader from, TextBudget budget)
    {
        _budget = budget;
        _forms = from.Column();
        _times = from.Column();
        _versions = from.Column();
        _variants = from.Column();
        _rests = from.Column();
        _texts = new(ref from, budget);
    }

    public string Next()
    {
        var form = _forms.Byte();
        if (form == RunIdColumns.Other)
            return _texts.Next();
        if (form > RunIdColumns.Other)
            throw new InvalidDataException("A run id has a form of a newer version.");
        _budget.Take(RunIdColumns.UuidLength);
        _budget.Check();
        Span<byte> id = stackalloc byte[16];
        if (form == RunIdColumns.Timed)
        {
            _time += _times.Signed();
            BinaryPrimitives.WriteUInt32BigEndian(id, (uint)(_time >> 16));
            BinaryPrimitives.WriteUInt16BigEndian(id[4..], (ushort)_time);
        }
        else
        {
            _rests.Bytes(RunIdColumns.TimeBytes).CopyTo(id);
        }

        id[RunIdColumns.VersionAt] = _versions.Byte();
        id[RunIdColumns.VariantAt] = _variants.Byte();
        id[7] = _rests.Byte();
        _rests.Bytes(7).CopyTo(id[9..]);
        return new Guid(id, bigEndian: true).ToString("D");
    }

    public readonly void End()
    {
        _forms.End();
        _times.End();
        _versions.End();
        _variants.End();
        _rests.End();
        _texts.End();
    }
}
