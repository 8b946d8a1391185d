using System.Globalization;

namespace Mandate.Protocol.Grpc;

/// <summary>The <c>grpc-timeout</c> header: one to eight digits and a unit (<c>H M S m u n</c>).</summary>
internal static class GrpcTimeout
{
    /// <summary>Longest time a timer is armed for; a caller that waits longer waits without limit.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    private const int MaxDigits = 8;

    /// <summary>Reads a header value; false when it is malformed.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1 || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return false;

        long? ticks = text[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => value / TimeSpan.NanosecondsPerTick,
            _ => null,
        };
        timeout = new TimeSpan(ticks ?? 0);
        return ticks is not null;
    }

    /// <summary>Writes a header value in the finest unit that fits; time past the last unit is cut to eight digits of hours.</summary>
    internal static string Format(TimeSpan timeout)
    {
        const long Limit = 100_000_000;
        var ticks = Math.Max(timeout.Ticks, 0);
        ReadOnlySpan<(long Ticks, char Unit)> units =
        [
            (TimeSpan.TicksPerMicrosecond, 'u'),
            (TimeSpan.TicksPerMillisecond, 'm'),
            (TimeSpan.TicksPerSecond, 'S'),
            (TimeSpan.TicksPerMinute, 'M'),
            (TimeSpan.TicksPerHour, 'H'),
        ];
        foreach (var (unitTicks, unit) in units)
            if (ticks / unitTicks < Limit)
                return string.Create(CultureInfo.InvariantCulture, $"{ticks / unitTicks}{unit}");
        return string.Create(CultureInfo.InvariantCulture, $"{Limit - 1}H");
    }
}
