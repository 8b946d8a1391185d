using System.Text;
using Google.Protobuf;
using Mandate.Engine.Visibility.Language;
using Mandate.Testing;
using Xunit.Abstractions;

namespace Mandate.Engine.Tests.Visibility;

public sealed class QueryFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 20_000;

    private static readonly string[] Words =
    [
        "WorkflowId", "ExecutionStatus", "CloseTime", "CustomInt", "CustomText", "CustomKeywordList", "CustomDatetime", "RootRunId", "`odd name`", "Nothing", "=", "!=", "<", "<=", ">", ">=",
        "IN", "NOT", "BETWEEN", "AND", "OR", "STARTS_WITH", "IS", "NULL", "(", ")", ",", "'a'", "\"b\"", "''", "1", "-1", "1.5", "1e3", "true", "false", "'Running'", "'2026-03-04T12:00:00Z'", "'1h'",
        "ORDER BY", "GROUP BY", "StartTime", "DESC", "LIMIT", "'\0'", "'\uD800'", "`", "'", "--", "/*", ";", "&&", "!",
    ];

    [Fact]
    public void Read_RandomBytes_AreAnsweredOrRefused() => Run(random =>
    {
        var bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        return Encoding.Latin1.GetString(bytes);
    });

    [Fact]
    public void Read_RandomUnicode_IsAnsweredOrRefused() => Run(random => string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => (char)random.Next(char.MaxValue + 1))));

    [Fact]
    public void Read_RandomWords_AreAnsweredOrRefused() => Run(random => string.Join(' ', Enumerable.Range(0, random.Next(1, 14)).Select(_ => Words[random.Next(Words.Length)])));

    [Fact]
    public void Read_DamagedQueries_AreAnsweredOrRefused() => Run(random =>
    {
        var text = new StringBuilder("WorkflowType = 'Order' AND (CustomInt BETWEEN 1 AND 5 OR NOT CustomKeywordList IN ('a', 'b')) AND StartTime > '2026-03-04T12:00:00Z' ORDER BY CloseTime DESC");
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var place = random.Next(text.Length);
            if (random.Next(2) == 0)
                text.Remove(place, random.Next(1, Math.Min(6, text.Length - place + 1)));
            else
                text.Insert(place, Words[random.Next(Words.Length)]);
        }

        return text.ToString();
    });

    [Fact]
    public void Read_RandomTokens_AreRefused()
    {
        using var database = new VisibilityDatabase();
        database.Insert(Enumerable.Range(1, 10).Select(k => new TestRun { Key = k, Start = TestRun.Noon.AddSeconds(k) }));
        const string Query = "WorkflowType = 'Order' ORDER BY StartTime DESC, CustomInt";
        var good = database.Page(Query, 2).NextPageToken.ToByteArray();
        var seed = Seed.Choose();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < Rounds; i++)
        {
            var token = (byte[])good.Clone();
            token[random.Next(token.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                // A change of the place alone is another good place.
                database.Page(Query, 2, ByteString.CopyFrom(token));
            }
            catch (InvalidQueryException error)
            {
                error.Message.ShouldContain("next_page_token");
            }
        }
    }

    [Fact]
    public void Read_LargestQuery_IsAnswered()
    {
        using var database = new VisibilityDatabase();
        database.Insert(new TestRun { Key = 1, Attributes = new Dictionary<string, object> { ["CustomKeywordList"] = new[] { "a" } } });
        var deep = Enumerable.Range(0, 16).Aggregate("CustomKeywordList != 'b'", (inner, i) => $"(CustomInt = {i} OR NOT ({inner} AND WorkflowId != 'x{i}'))");
        var wide = string.Join(" OR ", Enumerable.Range(0, QueryLimits.MaxConditions).Select(i => $"CustomKeywordList != 'x{i}'"));
        var many = $"WorkflowId IN ({string.Join(", ", Enumerable.Range(0, QueryLimits.MaxValues).Select(i => $"'w{i}'"))})";

        Should.NotThrow(() => database.Page(deep));
        database.All(wide).ShouldBe([1]);
        database.All(string.Join(" AND ", Enumerable.Range(0, QueryLimits.MaxConditions).Select(i => $"CustomKeywordList != 'x{i}'"))).ShouldBe([1]);
        database.All(many).ShouldBeEmpty();
    }

    private void Run(Func<Random, string> next)
    {
        using var database = new VisibilityDatabase();
        database.Insert(new TestRun { Key = 1 });
        var seed = Seed.Choose();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < Rounds; i++)
        {
            var query = next(random);
            try
            {
                database.Page(query);
            }
            catch (InvalidQueryException)
            {
                // Refused in the way it should be.
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"The query {Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(query))} (UTF-16) of seed {seed} was neither answered nor refused.", error);
            }
        }
    }
}
