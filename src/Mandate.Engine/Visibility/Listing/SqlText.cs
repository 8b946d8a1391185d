using System.Globalization;
using System.Text;
using Mandate.Engine.Storage;
using Mandate.Engine.Visibility.Attributes;

namespace Mandate.Engine.Visibility.Listing;

/// <summary>SQL being written, with the values of its parameters. No value of a caller ever becomes part of the text.</summary>
internal sealed class SqlText
{
    private readonly StringBuilder _text = new();
    private readonly List<IndexedValue> _values = [];

    public SqlText Append(string sql)
    {
        _text.Append(sql);
        return this;
    }

    /// <summary>Adds a parameter.</summary>
    public SqlText Append(IndexedValue value)
    {
        _values.Add(value);
        _text.Append(CultureInfo.InvariantCulture, $"?{_values.Count}");
        return this;
    }

    public SqlText Append(long value) => Append(IndexedValue.Of(value));

    /// <summary>Adds a list of parameters in brackets.</summary>
    public SqlText AppendList(IReadOnlyList<IndexedValue> values)
    {
        _text.Append('(');
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0)
                _text.Append(", ");
            Append(values[i]);
        }

        _text.Append(')');
        return this;
    }

    /// <summary>The statement, prepared and bound.</summary>
    public SqliteStatement Prepare(SqliteDatabase database)
    {
        var statement = database.Prepare(_text.ToString());
        for (var i = 0; i < _values.Count; i++)
            Bind(statement, i + 1, _values[i]);
        return statement;
    }

    public static void Bind(SqliteStatement statement, int index, IndexedValue value)
    {
        if (value.Text is { } text)
            statement.Bind(index, text);
        else if (value.IsReal)
            statement.Bind(index, value.Real);
        else
            statement.Bind(index, value.Integer);
    }

    public override string ToString() => _text.ToString();
}
