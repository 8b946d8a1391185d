using System.Text;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Testing;
using Xunit.Abstractions;

namespace Mandate.Engine.Tests.Visibility;

/// <summary>Lists and counts against a naive evaluation of the same queries over the same runs.</summary>
public sealed class ListPropertyTests(ITestOutputHelper output)
{
    private const int Runs = 250;
    private const int Queries = 3_000;

    private static readonly (string Text, Func<TestRun, object?> Value)[] Orders =
    [
        ("StartTime", r => r.Start),
        ("CloseTime", r => r.Close),
        ("ExecutionTime", r => r.Execution ?? r.Start),
        ("ExecutionDuration", r => r.Close - (r.Execution ?? r.Start)),
        ("WorkflowId", r => Utf8(r.WorkflowId)),
        ("RunId", r => Utf8(r.RunId)),
        ("ParentWorkflowId", r => r.Parent is { } parent ? Utf8(parent.WorkflowId) : null),
        ("RootWorkflowId", r => Utf8(r.Root?.WorkflowId ?? r.WorkflowId)),
        ("ExecutionStatus", r => r.Status),
        ("HistoryLength", r => r.Close is null ? null : r.HistoryLength),
        ("CustomInt", r => RandomCondition.Attribute(r, "CustomInt")),
        ("CustomDouble", r => RandomCondition.Attribute(r, "CustomDouble")),
        ("CustomBool", r => RandomCondition.Attribute(r, "CustomBool")),
        ("CustomDatetime", r => RandomCondition.Attribute(r, "CustomDatetime")),
        ("CustomKeyword", r => RandomCondition.Attribute(r, "CustomKeyword") is string text ? Utf8(text) : null),
    ];

    [Fact]
    public void Read_RandomQueries_FindWhatANaiveEvaluationFinds()
    {
        var seed = Seed.Choose();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var database = new VisibilityDatabase();
        var runs = Enumerable.Range(1, Runs).Select(k => RandomRuns.Create(random, k)).ToList();
        database.Insert(runs);
        for (var i = 0; i < Queries; i++)
        {
            var query = RandomQuery.Create(random, random.Next(4));
            var expected = runs.Where(r => query.Holds(r) == true).ToList();
            var (orderText, ordered) = Order(random, expected);
            var text = query.Text + orderText;
            var context = $"query {text} of seed {seed}";
            var size = random.Next(3) == 0 ? random.Next(1, 40) : 0;

            database.All(text, size).ShouldBe(ordered.Select(r => r.Key), context);

            database.Count(text).Count.ShouldBe(expected.Count, context);
            var groups = database.Count($"{query.Text} GROUP BY ExecutionStatus");
            groups.Count.ShouldBe(expected.Count, context);
            groups.Groups.ToDictionary(g => g.GroupValues.Single().Data.ToStringUtf8(), g => g.Count)
                .ShouldBe(expected.GroupBy(r => $"\"{r.Status}\"").ToDictionary(g => g.Key, g => (long)g.Count()), ignoreOrder: true, context);
        }
    }

    private static (string Text, IEnumerable<TestRun> Runs) Order(Random random, List<TestRun> runs)
    {
        if (random.Next(2) == 0)
        {
            return ("", runs.OrderBy(r => r.Status == WorkflowExecutionStatus.Running ? 0 : 1)
                .ThenByDescending(r => r.Close ?? DateTimeOffset.MaxValue)
                .ThenByDescending(r => r.Start)
                .ThenByDescending(r => r.Key));
        }

        var terms = Enumerable.Range(0, random.Next(1, 4)).Select(_ => (Order: Orders[random.Next(Orders.Length)], Descending: random.Next(2) == 0)).ToArray();
        var result = runs.OrderBy(_ => 0);
        foreach (var (order, descending) in terms)
        {
            result = result.ThenBy(r => order.Value(r) is null);
            result = descending ? result.ThenByDescending(order.Value) : result.ThenBy(order.Value);
        }

        result = terms[0].Descending ? result.ThenByDescending(r => r.Key) : result.ThenBy(r => r.Key);
        return ($" ORDER BY {string.Join(", ", terms.Select(t => t.Order.Text + (t.Descending ? " DESC" : "")))}", result);
    }

    /// <summary>Text that compares as the bytes of its UTF-8 form.</summary>
    private static string Utf8(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}
