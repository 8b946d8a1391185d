using System.Globalization;

namespace Mandate.Engine.History;

/// <summary>Durations as Temporal's tools write them: <c>1h30m</c>, <c>45s</c>, <c>500ms</c>, and days as <c>2d</c>.</summary>
internal static class GoDuration
{
    /// <exception cref="FormatException">The text is no positive duration.</exception>
    public static TimeSpan Parse(string text)
    {
        var total = TimeSpan.Zero;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
                digits++;
            var letters = digits;
            while (letters < rest.Length && char.IsAsciiLetter(rest[letters]))
                letters++;
            if (digits == 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                throw new FormatException($"'{text}' is no duration such as 1h30m");
            var unit = rest[digits..letters] switch
            {
                "ms" => TimeSpan.FromMilliseconds(1),
                "s" => TimeSpan.FromSeconds(1),
                "m" => TimeSpan.FromMinutes(1),
                "h" => TimeSpan.FromHours(1),
                "d" => TimeSpan.FromDays(1),
                _ => throw new FormatException($"'{text}' has no unit of time (ms, s, m, h, d)"),
            };
            if (number > TimeSpan.FromDays(36_500) / unit)
                throw new FormatException($"'{text}' is too long");
            total += unit * number;
            rest = rest[letters..];
        }

        return total > TimeSpan.Zero ? total : throw new FormatException($"'{text}' is no positive duration");
    }
}
