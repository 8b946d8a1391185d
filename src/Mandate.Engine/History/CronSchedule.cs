using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mandate.Engine.History;

/// <summary>
/// A cron expression as Temporal takes it: five fields (minute, hour, day of month, month, day of week) with lists, ranges, steps and English names, the words
/// <c>@hourly @daily @midnight @weekly @monthly @yearly @annually</c>, <c>@every</c> with a duration, and a time zone by <c>CRON_TZ=</c> or <c>TZ=</c>; otherwise UTC.
/// </summary>
internal sealed class CronSchedule
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly TimeSpan _every;
    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _daysOfMonth;
    private readonly ulong _months;
    private readonly ulong _daysOfWeek;
    private readonly bool _anyDayOfMonth;
    private readonly bool _anyDayOfWeek;
    private readonly TimeZoneInfo _zone;

    private CronSchedule(TimeSpan every)
    {
        _every = every;
        _zone = TimeZoneInfo.Utc;
    }

    private CronSchedule(string[] fields, TimeZoneInfo zone)
    {
        _zone = zone;
        _minutes = Field(fields[0], 0, 59, []);
        _hours = Field(fields[1], 0, 23, []);
        _daysOfMonth = Field(fields[2], 1, 31, []);
        _months = Field(fields[3], 1, 12, Months);
        var days = Field(fields[4], 0, 7, Days);
        _daysOfWeek = (days | (days >> 7)) & 0x7F;
        _anyDayOfMonth = IsAny(fields[2]);
        _anyDayOfWeek = IsAny(fields[4]);
    }

    public static bool TryParse(string expression, [NotNullWhen(true)] out CronSchedule? schedule, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            schedule = Parse(expression.Trim());
            problem = null;
            return true;
        }
        catch (FormatException error)
        {
            schedule = null;
            problem = $"'{(expression.Length > 100 ? expression[..100] : expression)}' is no cron schedule: {error.Message}";
            return false;
        }
    }

    /// <summary>
    /// How long to wait from <paramref name="now"/> for the next run. An interval counts from the start of the run before, so that a run that takes longer than it skips turns.
    /// </summary>
    public TimeSpan DelayAfter(DateTimeOffset lastStart, DateTimeOffset now)
    {
        if (_every > TimeSpan.Zero)
        {
            var turns = Math.Floor((now - lastStart) / _every) + 1;
            var next = lastStart + (_every * Math.Max(turns, 1));
            return next - now;
        }

        return Next(now) is { } at ? at - now : TimeSpan.FromDays(3_650);
    }

    /// <summary>The first time after <paramref name="after"/> that fits; null when none does within a few years.</summary>
    private DateTimeOffset? Next(DateTimeOffset after)
    {
        var local = TimeZoneInfo.ConvertTime(after, _zone).DateTime;
        var time = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0, DateTimeKind.Unspecified).AddMinutes(1);
        var end = time.AddYears(5);
        while (time < end)
        {
            if (!Has(_months, time.Month))
                time = new DateTime(time.Year, time.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(1);
            else if (!FitsDay(time))
                time = time.Date.AddDays(1);
            else if (!Has(_hours, time.Hour))
                time = time.Date.AddHours(time.Hour + 1);
            else if (!Has(_minutes, time.Minute))
                time = time.AddMinutes(1);
            else if (_zone.IsInvalidTime(time))
                time = time.AddMinutes(1);
            else if (Utc(time) is var utc && utc > after)
                return utc;
            else
                time = time.AddMinutes(1);
        }

        return null;
    }

    private DateTimeOffset Utc(DateTime local) => new(TimeZoneInfo.ConvertTimeToUtc(local, _zone), TimeSpan.Zero);

    /// <summary>Classic rule: when both day fields are restricted, either may fit.</summary>
    private bool FitsDay(DateTime time)
    {
        var ofMonth = Has(_daysOfMonth, time.Day);
        var ofWeek = Has(_daysOfWeek, (int)time.DayOfWeek);
        return _anyDayOfMonth || _anyDayOfWeek ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    private static bool Has(ulong set, int value) => (set & (1UL << value)) != 0;

    private static bool IsAny(string field) => field is "*" or "?";

    private static CronSchedule Parse(string expression)
    {
        var zone = TimeZoneInfo.Utc;
        if (expression.StartsWith("CRON_TZ=", StringComparison.Ordinal) || expression.StartsWith("TZ=", StringComparison.Ordinal))
        {
            var blank = expression.IndexOf(' ', StringComparison.Ordinal);
            if (blank < 0)
                throw new FormatException("nothing follows the time zone");
            var name = expression[(expression.IndexOf('=', StringComparison.Ordinal) + 1)..blank];
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found))
                throw new FormatException($"the time zone '{name}' is not known here");
            zone = found;
            expression = expression[blank..].Trim();
        }

        const string every = "@every ";
        if (expression.StartsWith(every, StringComparison.Ordinal))
            return new(GoDuration.Parse(expression[every.Length..].Trim()));
        expression = expression switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ => expression,
        };
        var fields = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 5 ? new(fields, zone) : throw new FormatException($"it has {fields.Length} fields where 5 are due: minute, hour, day of month, month, day of week");
    }

    private static ulong Field(string field, int low, int high, string[] names)
    {
        ulong set = 0;
        foreach (var part in field.Split(','))
        {
            var slash = part.Split('/');
            if (slash.Length > 2)
                throw new FormatException($"'{part}' has more than one step");
            var step = slash.Length == 2 ? Number(slash[1], 1, high, []) : 1;
            int from, to;
            if (IsAny(slash[0]))
            {
                (from, to) = (low, high);
            }
            else
            {
                var range = slash[0].Split('-');
                if (range.Length > 2)
                    throw new FormatException($"'{part}' is no range");
                from = Number(range[0], low, high, names);
                to = range.Length == 2 ? Number(range[1], low, high, names) : slash.Length == 2 ? high : from;
                if (to < from)
                    throw new FormatException($"'{part}' ends before it begins");
            }

            for (var value = from; value <= to; value += step)
                set |= 1UL << value;
        }

        return set;
    }

    private static int Number(string text, int low, int high, string[] names)
    {
        var index = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (index >= 0)
            return index + (names.Length == 12 ? 1 : 0);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            throw new FormatException($"'{text}' is no number");
        return value >= low && value <= high ? value : throw new FormatException($"{value} is not between {low} and {high}");
    }
}
