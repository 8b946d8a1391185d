namespace Mandate.Engine.Visibility.Attributes;

/// <summary>Times as search attributes and queries write them: RFC 3339, with any number of fractional digits, or nanoseconds since 1970.</summary>
internal static class TimeText
{
    private const int NanosecondsPerTick = 100;

    /// <summary>Reads an RFC 3339 time as ticks of 100 ns since year 1, UTC; finer digits are dropped.</summary>
    public static bool TryParse(string text, out long ticks)
    {
        ticks = 0;
        var rest = text.AsSpan();
        if (!TryField(ref rest, 4, '-', out var year) || !TryField(ref rest, 2, '-', out var month) || !TryField(ref rest, 2, 'T', out var day)
            || !TryField(ref rest, 2, ':', out var hour) || !TryField(ref rest, 2, ':', out var minute) || !TryField(ref rest, 2, '\0', out var second))
        {
            return false;
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        if (!TryFraction(ref rest, out var fraction) || !TryOffset(rest, out var offset))
            return false;
        ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + fraction - offset;
        return true;
    }

    /// <summary>Nanoseconds since 1970 as ticks, rounded down.</summary>
    public static long FromNanoseconds(long nanoseconds) =>
        DateTime.UnixEpoch.Ticks + (nanoseconds / NanosecondsPerTick) - (nanoseconds % NanosecondsPerTick < 0 ? 1 : 0);

    private static bool TryField(ref ReadOnlySpan<char> rest, int digits, char end, out int value)
    {
        value = 0;
        var length = digits + (end == '\0' ? 0 : 1);
        if (rest.Length < length || (end != '\0' && rest[digits] != end))
            return false;
        foreach (var c in rest[..digits])
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = (value * 10) + (c - '0');
        }

        rest = rest[length..];
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (rest.IsEmpty || rest[0] != '.')
            return true;
        var digits = 0;
        var unit = TimeSpan.TicksPerSecond;
        for (rest = rest[1..]; !rest.IsEmpty && char.IsAsciiDigit(rest[0]); rest = rest[1..], digits++)
        {
            unit /= 10;
            ticks += unit * (rest[0] - '0');
        }

        return digits > 0;
    }

    private static bool TryOffset(ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (rest is "Z")
            return true;
        if (rest.IsEmpty || rest[0] is not ('+' or '-'))
            return false;
        var negative = rest[0] == '-';
        rest = rest[1..];
        if (!TryField(ref rest, 2, ':', out var hours) || !TryField(ref rest, 2, '\0', out var minutes) || !rest.IsEmpty || hours > 23 || minutes > 59)
            return false;
        ticks = ((hours * TimeSpan.TicksPerHour) + (minutes * TimeSpan.TicksPerMinute)) * (negative ? -1 : 1);
        return true;
    }
}
