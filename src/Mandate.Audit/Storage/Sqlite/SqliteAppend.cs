using System.Buffers.Text;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Mandate.Audit.Storage.Sqlite;

/// <summary>The statements that store an event and what it is found by.</summary>
internal sealed class SqliteAppend : IDisposable
{
    private const int HexDigits = 16;

    private readonly SqliteStatement _event;
    private readonly SqliteStatement _terms;
    private readonly SqliteStatement _block;
    private readonly Dictionary<long, (long Low, long High)> _blocks = [];
    private byte[] _text = new byte[1_024];

    public SqliteAppend(SqliteConnection connection)
    {
        _event = new(connection, "INSERT INTO event (place, canonical, hash) VALUES (?1, ?2, ?3)");
        _terms = new(connection, "INSERT INTO search (rowid, terms) VALUES (?1, ?2)");
        _block = new(connection, """
            INSERT INTO block (place, low, high) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET low = min(low, excluded.low), high = max(high, excluded.high)
            """);
    }

    public void Run(long ledger, long sequence, ReadOnlySpan<byte> canonical, ReadOnlySpan<byte> hash, long time, ReadOnlySpan<long> terms)
    {
        var place = SqlitePlace.Of(ledger, sequence);
        _event.Bind(1, place);
        _event.BindBlob(2, canonical);
        _event.BindBlob(3, hash);
        _event.Execute();

        _terms.Bind(1, place);
        _terms.BindText(2, Text(terms));
        _terms.Execute();

        var block = SqlitePlace.BlockOf(ledger, sequence);
        _blocks[block] = _blocks.TryGetValue(block, out var times) ? (Math.Min(times.Low, time), Math.Max(times.High, time)) : (time, time);
    }

    /// <summary>Stores what is stored once for many events; before the commit.</summary>
    public void Flush()
    {
        foreach (var (block, (low, high)) in _blocks)
        {
            _block.Bind(1, block);
            _block.Bind(2, low);
            _block.Bind(3, high);
            _block.Execute();
        }

        _blocks.Clear();
    }

    /// <summary>A term as the word the index knows it by.</summary>
    public static string Word(long term) => term.ToString("x16", CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _event.Dispose();
        _terms.Dispose();
        _block.Dispose();
    }

    private ReadOnlySpan<byte> Text(ReadOnlySpan<long> terms)
    {
        if (_text.Length < terms.Length * (HexDigits + 1))
            _text = new byte[2 * terms.Length * (HexDigits + 1)];
        var at = 0;
        foreach (var term in terms)
        {
            Utf8Formatter.TryFormat(term, _text.AsSpan(at), out _, new('x', HexDigits));
            _text[at + HexDigits] = (byte)' ';
            at += HexDigits + 1;
        }

        return _text.AsSpan(0, at);
    }
}
