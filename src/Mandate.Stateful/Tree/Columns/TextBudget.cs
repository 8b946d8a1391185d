using System.Text.Json;

namespace Mandate.Stateful.Tree.Columns;

/// <summary>Text that all columns together may stand for: a few compressed bytes can mean as much as one likes. Whoever writes counts as whoever reads does, so that what is written can be read.</summary>
internal sealed class TextBudget
{
    /// <summary>Bytes of UTF-8, at most; in memory they are twice as many, and some more for each text.</summary>
    public const int Most = 64 * 1024 * 1024;

    /// <summary>What a token of JSON counts beside its bytes: it becomes an object or a text, whose head alone is as long.</summary>
    private const int EachToken = 16;

    private long _taken;

    /// <summary>Whether more was taken than there is.</summary>
    public bool IsExceeded => _taken > Most;

    public void Take(long bytes) => _taken += bytes;

    /// <summary>Takes what JSON will be once it is read.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public void TakeJson(ReadOnlySpan<byte> json)
    {
        Take(json.Length);
        var reader = new Utf8JsonReader(json);
        while (!IsExceeded && reader.Read())
            Take(EachToken);
    }

    /// <exception cref="InvalidDataException">More was taken than there is.</exception>
    public void Check()
    {
        if (IsExceeded)
            throw new InvalidDataException($"The texts of the children are longer than {Most >> 20} MiB together.");
    }
}
