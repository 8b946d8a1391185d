using System.Text;

namespace Mandate.Stateful.Tree.Columns;

/// <summary>Reads a <see cref="TextColumn"/>. A few bytes can stand for long texts here, so these are counted before they are made.</summary>
internal ref struct TextColumnReader
{
    private readonly TextBudget _budget;
    private ColumnReader _shared;
    private ColumnReader _lengths;
    private ColumnReader _rests;
    private byte[] _text;
    private int _length;

    public TextColumnReader(ref ColumnReader from, TextBudget budget)
    {
        _budget = budget;
        _shared = from.Column();
        _lengths = from.Column();
        _rests = from.Column();
        _text = [];
    }

    public string Next()
    {
        var shared = _shared.Index(_length + 1);
        var rest = _rests.Bytes(_lengths.Unsigned());
        _budget.Take((long)shared + rest.Length);
        _budget.Check();
        _length = shared + rest.Length;
        if (_length > _text.Length)
            Array.Resize(ref _text, Math.Max(_length, 64));
        rest.CopyTo(_text.AsSpan(shared));
        try
        {
            return ChildColumns.Text.GetString(_text, 0, _length);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("An id is no text.", e);
        }
    }

    public readonly void End()
    {
        _shared.End();
        _lengths.End();
        _rests.End();
    }
}
