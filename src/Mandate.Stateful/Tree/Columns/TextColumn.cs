namespace Mandate.Stateful.Tree.Columns;

/// <summary>Texts that begin alike: each as how many bytes it shares with the one before, how many follow, and these.</summary>
internal sealed class TextColumn(TextBudget budget)
{
    private readonly ColumnWriter _shared = new();
    private readonly ColumnWriter _lengths = new();
    private readonly ColumnWriter _rests = new();
    private byte[] _before = [];

    public void Add(string text)
    {
        var bytes = ChildColumns.Text.GetBytes(text);
        var shared = bytes.AsSpan().CommonPrefixLength(_before);
        _shared.Unsigned((ulong)shared);
        _lengths.Unsigned((ulong)(bytes.Length - shared));
        _rests.Bytes(bytes.AsSpan(shared));
        _before = bytes;
        budget.Take(bytes.Length);
    }

    public void WriteTo(ColumnWriter into)
    {
        into.Column(_shared);
        into.Column(_lengths);
        into.Column(_rests);
    }
}
