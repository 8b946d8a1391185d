using System.Globalization;

namespace Mandate.Engine.Visibility.Attributes;

/// <summary>Durations as queries write them: nanoseconds, Go's notation with days (<c>1d12h</c>, <c>1.5h</c>, <c>-300ms</c>), or <c>hh:mm:ss</c>.</summary>
internal static class DurationText
{
    private const long Second = 1_000_000_000;
    private const int MaxLength = 100;

    /// <summary>Reads a duration in nanoseconds; false when it is none or does not fit into 64 bits.</summary>
    public static bool TryParse(string text, out long nanoseconds) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out nanoseconds)
        || TryClock(text, out nanoseconds)
        || TryUnits(text, out nanoseconds);

    private static bool TryClock(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var parts = text.Split(':');
        if (parts.Length != 3
            || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > 2_000_000
            || !uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59
            || !uint.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 59)
        {
            return false;
        }

        nanoseconds = ((hours * 3_600L) + (minutes * 60L) + seconds) * Second;
        return true;
    }

    private static bool TryUnits(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var negative = text.StartsWith('-');
        var rest = text.AsSpan(negative || text.StartsWith('+') ? 1 : 0);
        if (rest.IsEmpty || rest.Length > MaxLength)
            return false;
        var total = 0m;
        while (!rest.IsEmpty)
        {
            var number = Take(ref rest, static c => char.IsAsciiDigit(c) || c == '.');
            var unit = Take(ref rest, static c => !char.IsAsciiDigit(c) && c != '.');
            if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                || UnitOf(unit) is not { } scale || value > (decimal)long.MaxValue / scale)
            {
                return false;
            }

            total += value * scale;
        }

        if (total > long.MaxValue)
            return false;
        nanoseconds = (long)(negative ? -total : total);
        return true;
    }

    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> rest, Func<char, bool> belongs)
    {
        var length = 0;
        while (length < rest.Length && belongs(rest[length]))
            length++;
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static long? UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => Second,
        "m" => 60 * Second,
        "h" => 3_600 * Second,
        "d" => 86_400 * Second,
        _ => null,
    };
}
