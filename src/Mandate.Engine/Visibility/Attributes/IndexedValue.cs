namespace Mandate.Engine.Visibility.Attributes;

/// <summary>A value as the store compares it: an integer (also booleans, and times in ticks of 100 ns since year 1), a double, or text by its UTF-8 bytes.</summary>
internal readonly record struct IndexedValue
{
    private IndexedValue(long integer, double real, string? text, bool isReal)
    {
        Integer = integer;
        Real = real;
        Text = text;
        IsReal = isReal;
    }

    public bool IsReal { get; }

    public long Integer { get; }

    public double Real { get; }

    /// <summary>Null unless the value is text.</summary>
    public string? Text { get; }

    public static IndexedValue Of(long value) => new(value, 0, null, isReal: false);

    public static IndexedValue Of(double value) => new(0, value, null, isReal: true);

    public static IndexedValue Of(string value) => new(0, 0, value, isReal: false);
}
