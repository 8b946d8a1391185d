using System.Globalization;
using System.Text;
using Mandate.Engine.Visibility.Attributes;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Tests.Visibility;

/// <summary>Conditions on every attribute with values that some runs have, and their meaning on a <see cref="TestRun"/>.</summary>
internal static class RandomCondition
{
    public static readonly string[] Texts = ["", "a", "b", "ab", "abc", "B", "ä", "a%", "a_c", "\uFFFD", "\U0001F600", "it's", "a\"b", "back\\slash", "nul\0nul", "nul"];
    public static readonly long[] Integers = [0, 1, 2, -3, 9_007_199_254_740_993, long.MaxValue, long.MinValue];
    public static readonly double[] Doubles = [0, 1, 1.5, -2.25, 9_007_199_254_740_992, 1e300];
    public static readonly string[] Sentences = ["order one", "Order-two shipped", "nothing", "---", "shipped"];
    public static readonly TimeSpan[] Offsets = [TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(-1)];

    private delegate object? Read(TestRun run);

    public static (string Text, Func<TestRun, bool?> Holds) Create(Random random) => random.Next(20) switch
    {
        0 => Keyword(random, "WorkflowId", r => r.WorkflowId),
        1 => Keyword(random, "WorkflowType", r => r.WorkflowType),
        2 => Keyword(random, "TaskQueue", r => r.TaskQueue),
        3 => Keyword(random, "ParentWorkflowId", r => r.Parent?.WorkflowId),
        4 => Keyword(random, "RootWorkflowId", r => r.Root?.WorkflowId ?? r.WorkflowId),
        5 => Keyword(random, "RootRunId", r => r.Root?.RunId ?? r.RunId),
        6 => Keyword(random, "CustomKeyword", r => Attribute(r, "CustomKeyword")),
        7 => Keyword(random, "`odd name`", r => Attribute(r, "odd name")),
        8 => Number(random, "CustomInt", r => Attribute(r, "CustomInt")),
        9 => Number(random, "CustomDouble", r => Attribute(r, "CustomDouble")),
        10 => Number(random, "HistoryLength", r => r.Close is null ? null : r.HistoryLength),
        11 => Time(random, "StartTime", r => r.Start),
        12 => Time(random, "CloseTime", r => r.Close),
        13 => Time(random, "ExecutionTime", r => r.Execution ?? r.Start),
        14 => Time(random, "CustomDatetime", r => Attribute(r, "CustomDatetime")),
        15 => Duration(random),
        16 => Status(random),
        17 => Membership(random, "CustomBool", ["true", "false"], [true, false], r => Attribute(r, "CustomBool")),
        18 => List(random),
        _ => Words(random),
    };

    public static object? Attribute(TestRun run, string name) => run.Attributes.GetValueOrDefault(name);

    public static string Quote(string text) => text.Contains('\'') || text.Contains('\\') || text.Contains('\0')
        ? $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\0", "\\0")}\""
        : $"'{text}'";

    private static (string, Func<TestRun, bool?>) Keyword(Random random, string name, Read read)
    {
        var prefix = Texts[random.Next(Texts.Length)];
        return random.Next(6) switch
        {
            0 => ($"{name} STARTS_WITH {Quote(prefix)}", run => (read(run) as string)?.StartsWith(prefix, StringComparison.Ordinal)),
            1 => ($"{name} NOT STARTS_WITH {Quote(prefix)}", run => !(read(run) as string)?.StartsWith(prefix, StringComparison.Ordinal)),
            _ => Ordered(random, name, Texts, Quote, read, (a, b) => Bytes((string)a).AsSpan().SequenceCompareTo(Bytes((string)b))),
        };
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static (string, Func<TestRun, bool?>) Number(Random random, string name, Read read)
    {
        object[] values = [.. Integers, .. Doubles.Where(d => d < 1e28)];
        return Ordered(random, name, values, v => v is double d ? d.ToString("F3", CultureInfo.InvariantCulture) : ((long)v).ToString(CultureInfo.InvariantCulture), read, (a, b) =>
            a is > 1e28 ? 1 : Exact(a).CompareTo(Exact(b)));
    }

    /// <summary>A conversion of a double to decimal rounds to 15 digits.</summary>
    private static decimal Exact(object number) => number is double d ? (decimal)(long)d + (decimal)(d - Math.Truncate(d)) : (long)number;

    private static (string, Func<TestRun, bool?>) Time(Random random, string name, Read read) => Ordered(
        random,
        name,
        [.. Offsets.Select(o => TestRun.Noon + o)],
        v => random.Next(2) == 0 ? $"'{v.ToOffset(TimeSpan.FromHours(random.Next(-5, 6))):O}'" : ((v.UtcTicks - DateTime.UnixEpoch.Ticks) * 100).ToString(CultureInfo.InvariantCulture),
        read,
        (a, b) => ((DateTimeOffset)a).CompareTo((DateTimeOffset)b));

    private static (string, Func<TestRun, bool?>) Duration(Random random) => Ordered(
        random,
        "ExecutionDuration",
        ["0", "1s", "1h", "24h", "1d", "01:00:00", "100ns"],
        v => v is "0" ? v : $"'{v}'",
        r => r.Close is { } close ? (close - (r.Execution ?? r.Start)).Ticks : null,
        (a, b) => ((long)a).CompareTo((string)b switch { "0" => 0L, "1s" => TimeSpan.TicksPerSecond, "100ns" => 1, "1h" or "01:00:00" => TimeSpan.TicksPerHour, _ => TimeSpan.TicksPerDay }));

    private static (string, Func<TestRun, bool?>) Status(Random random)
    {
        object[] values = [WorkflowExecutionStatus.Running, WorkflowExecutionStatus.Completed, WorkflowExecutionStatus.ContinuedAsNew, WorkflowExecutionStatus.TimedOut];
        string[] texts = ["'Running'", "2", "'WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW'", "\"TimedOut\""];
        return Membership(random, "ExecutionStatus", texts, values, r => r.Status);
    }

    private static (string, Func<TestRun, bool?>) List(Random random)
    {
        var values = Pick(random, Texts);
        bool? Has(TestRun run) => Attribute(run, "CustomKeywordList") is string[] items ? items.Intersect(values).Any() : null;
        return random.Next(6) switch
        {
            0 => ($"CustomKeywordList = {Quote(values[0])}", run => Attribute(run, "CustomKeywordList") is string[] items ? items.Contains(values[0]) : null),
            1 => ($"CustomKeywordList != {Quote(values[0])}", run => Attribute(run, "CustomKeywordList") is string[] items ? !items.Contains(values[0]) : null),
            2 => ($"CustomKeywordList IN ({string.Join(",", values.Select(Quote))})", Has),
            3 => ($"CustomKeywordList NOT IN ({string.Join(",", values.Select(Quote))})", run => !Has(run)),
            4 => ("CustomKeywordList IS NULL", run => Attribute(run, "CustomKeywordList") is null),
            _ => ("CustomKeywordList IS NOT NULL", run => Attribute(run, "CustomKeywordList") is not null),
        };
    }

    private static (string, Func<TestRun, bool?>) Words(Random random)
    {
        var words = new[] { "order", "two SHIPPED", "nothing" }[random.Next(3)];
        bool? Has(TestRun run) => Attribute(run, "CustomText") is string text ? TextWords.Of(text).Intersect(words.ToLowerInvariant().Split(' ')).Any() : null;
        return random.Next(4) switch
        {
            0 => ($"CustomText = '{words}'", Has),
            1 => ($"CustomText != '{words}'", run => !Has(run)),
            2 => ("CustomText IS NULL", run => Attribute(run, "CustomText") is null),
            _ => ("CustomText IS NOT NULL", run => Attribute(run, "CustomText") is not null),
        };
    }

    private static (string, Func<TestRun, bool?>) Membership(Random random, string name, string[] texts, object[] values, Read read)
    {
        var chosen = Pick(random, [.. Enumerable.Range(0, values.Length)]);
        bool? Has(TestRun run, int count) => read(run) is { } value ? chosen.Take(count).Any(i => values[i].Equals(value)) : null;
        var list = string.Join(" , ", chosen.Select(i => texts[i]));
        return random.Next(6) switch
        {
            0 => ($"{name} = {texts[chosen[0]]}", run => Has(run, 1)),
            1 => ($"{name} != {texts[chosen[0]]}", run => !Has(run, 1)),
            2 => ($"{name} IN ({list})", run => Has(run, chosen.Length)),
            3 => ($"{name} NOT IN ({list})", run => !Has(run, chosen.Length)),
            4 => ($"{name} IS NULL", run => read(run) is null),
            _ => ($"{name} IS NOT NULL", run => read(run) is not null),
        };
    }

    private static (string, Func<TestRun, bool?>) Ordered<T>(Random random, string name, T[] values, Func<T, string> write, Read read, Func<object, T, int> compare)
    {
        var chosen = Pick(random, values);
        var (first, last) = (chosen[0], chosen[^1]);
        bool? Test(TestRun run, Func<object, bool> test) => read(run) is { } value ? test(value) : null;
        bool? In(TestRun run) => Test(run, v => chosen.Any(c => compare(v, c) == 0));
        bool? Between(TestRun run) => Test(run, v => compare(v, first) >= 0 && compare(v, last) <= 0);
        var list = string.Join(", ", chosen.Select(write));
        return random.Next(12) switch
        {
            0 => ($"{name} = {write(first)}", run => Test(run, v => compare(v, first) == 0)),
            1 => ($"{name} != {write(first)}", run => Test(run, v => compare(v, first) != 0)),
            2 => ($"{name} <> {write(first)}", run => Test(run, v => compare(v, first) != 0)),
            3 => ($"{name} < {write(first)}", run => Test(run, v => compare(v, first) < 0)),
            4 => ($"{name} <= {write(first)}", run => Test(run, v => compare(v, first) <= 0)),
            5 => ($"{name} > {write(first)}", run => Test(run, v => compare(v, first) > 0)),
            6 => ($"{name}>={write(first)}", run => Test(run, v => compare(v, first) >= 0)),
            7 => ($"{name} in ({list})", In),
            8 => ($"{name} not in ({list})", run => !In(run)),
            9 => ($"{name} BETWEEN {write(first)} AND {write(last)}", Between),
            10 => ($"{name} NOT BETWEEN {write(first)} and {write(last)}", run => !Between(run)),
            _ => random.Next(2) == 0 ? ($"{name} IS NULL", run => read(run) is null) : ($"{name} is not null", run => read(run) is not null),
        };
    }

    private static T[] Pick<T>(Random random, T[] values) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => values[random.Next(values.Length)])];
}
