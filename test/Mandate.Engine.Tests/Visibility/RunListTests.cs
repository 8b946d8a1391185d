using Google.Protobuf;
using Mandate.Engine.Visibility.Language;
using Mandate.Engine.Visibility.Listing;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Tests.Visibility;

public sealed class RunListTests : IDisposable
{
    private readonly VisibilityDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public void Read_DefaultOrder_IsOpenFirstThenByCloseThenByStart()
    {
        _database.Insert(
            Open(1, start: 10),
            Open(2, start: 20),
            Closed(3, start: 5, close: 100),
            Closed(4, start: 6, close: 100),
            Closed(5, start: 50, close: 60));

        _database.All("").ShouldBe([2, 1, 4, 3, 5]);
    }

    [Fact]
    public void Read_Page_HasTheRunsAsTheyAreStored()
    {
        var run = Open(1, start: 10) with { WorkflowId = "order-1", Attributes = new Dictionary<string, object> { ["CustomKeyword"] = "vip" } };
        _database.Insert(run);

        var page = _database.Page("");

        page.Executions.Single().ShouldBe(run.ToInfo());
        page.NextPageToken.ShouldBeEmpty();
    }

    [Fact]
    public void Read_FullLastPage_HasNoToken()
    {
        _database.Insert(Open(1, 1), Open(2, 2));

        _database.Page("", 2).NextPageToken.ShouldBeEmpty();
        _database.Page("", 1).NextPageToken.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("WorkflowType = 'Order' ORDER BY StartTime DESC")]
    public void Read_RunsBeginWhileItIsRead_NeitherRepeatNorHideOthers(string query)
    {
        _database.Insert(Enumerable.Range(1, 50).Select(k => k % 2 == 0 ? Open(k, k) : Closed(k, k, k + 1_000)));
        var expected = _database.All(query);
        var seen = new List<long>();
        var token = ByteString.Empty;
        var next = 1_000;
        do
        {
            var page = _database.Page(query, 7, token);
            seen.AddRange(VisibilityDatabase.Keys(page));
            token = page.NextPageToken;
            _database.Insert(Open(next, next), Open(next + 1, next + 1));
            next += 2;
        }
        while (!token.IsEmpty);

        seen.ShouldBe(expected);
    }

    [Fact]
    public void Read_RunsCloseWhileItIsRead_EachIsThereOnceInItsPlace()
    {
        var runs = Enumerable.Range(1, 60).Select(k => k <= 40 ? Open(k, k) : Closed(k, k, k + 100)).ToDictionary(r => r.Key);
        _database.Insert(runs.Values);
        var expected = _database.All("");
        var random = new Random(7);
        var seen = new List<long>();
        var token = ByteString.Empty;
        var now = 10_000;
        do
        {
            var page = _database.Page("", 5, token);
            seen.AddRange(VisibilityDatabase.Keys(page));
            token = page.NextPageToken;
            foreach (var run in runs.Values.Where(r => r.Close is null).OrderBy(_ => random.Next()).Take(4).ToList())
            {
                runs[run.Key] = Closed(run.Key, run.Key, now++);
                _database.Replace(runs[run.Key]);
            }
        }
        while (!token.IsEmpty);

        seen.ShouldBe(expected);
    }

    [Fact]
    public void Read_RunsAreDeletedWhileItIsRead_TheOthersFollow()
    {
        _database.Insert(Enumerable.Range(1, 10).Select(k => Open(k, k)));
        var first = _database.Page("", 3);
        _database.Database.Execute("DELETE FROM runs WHERE key IN (8, 7, 5)");

        VisibilityDatabase.Keys(_database.Page("", 10, first.NextPageToken)).ShouldBe([6, 4, 3, 2, 1]);
    }

    [Fact]
    public void Read_TokenOfAnotherQuery_IsRefused()
    {
        _database.Insert(Open(1, 1), Open(2, 2));
        var token = _database.Page("", 1).NextPageToken;

        Should.Throw<InvalidQueryException>(() => _database.Page("WorkflowType = 'Order'", 1, token)).Message.ShouldContain("next_page_token");
        Should.Throw<InvalidQueryException>(() => new RunList(_database.Database, VisibilityDatabase.Namespace + 1, _database.Catalog).Read("", 1, token)).Message.ShouldContain("next_page_token");
    }

    [Fact]
    public void Read_OtherNamespace_IsNotSeen()
    {
        _database.Insert(Open(1, 1) with { Attributes = new Dictionary<string, object> { ["CustomKeyword"] = "a" } });

        new RunList(_database.Database, VisibilityDatabase.Namespace + 1, _database.Catalog).Read("CustomKeyword = 'a' OR WorkflowType = 'Order'", 10, ByteString.Empty).Executions.ShouldBeEmpty();
        new RunCount(_database.Database, VisibilityDatabase.Namespace + 1, _database.Catalog).Read("").Count.ShouldBe(0);
    }

    [Fact]
    public void Read_LargeRuns_EndThePageEarly()
    {
        _database.Insert(Enumerable.Range(1, 6).Select(k => Open(k, k) with { TaskQueue = new string('x', RunList.MaxPageBytes / 2) }));

        _database.Page("").Executions.Count.ShouldBe(2);
        _database.All("").ShouldBe([6, 5, 4, 3, 2, 1]);
    }

    [Fact]
    public void Read_PageSizeOutOfRange_IsTheLargest()
    {
        _database.Insert(Enumerable.Range(1, RunList.MaxPageSize + 1).Select(k => Open(k, k)));

        _database.Page("", 0).Executions.Count.ShouldBe(RunList.MaxPageSize);
        _database.Page("", -1).Executions.Count.ShouldBe(RunList.MaxPageSize);
        _database.Page("", int.MaxValue).Executions.Count.ShouldBe(RunList.MaxPageSize);
    }

    [Fact]
    public void Read_NulInText_IsNoEndOfIt()
    {
        _database.Insert(Open(1, 1) with { WorkflowId = "a" }, Open(2, 2) with { WorkflowId = "a\0b" });

        _database.All(@"WorkflowId = 'a\0b'").ShouldBe([2]);
        _database.All("WorkflowId = 'a'").ShouldBe([1]);
        _database.All(@"WorkflowId STARTS_WITH 'a\0'").ShouldBe([2]);
        _database.All("ORDER BY WorkflowId", 1).ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData("Nothing = 1", 0, "'Nothing' is not a search attribute")]
    [InlineData("workflowid = 'a'", 0, "case-sensitive")]
    [InlineData("WorkflowId = 1", 13, "a string between quotes")]
    [InlineData("CustomInt = 'a'", 12, "an integer")]
    [InlineData("CustomInt STARTS_WITH 'a'", 10, "of type Int")]
    [InlineData("CustomBool > true", 11, "of type Bool")]
    [InlineData("CustomBool = 'true'", 13, "without quotes")]
    [InlineData("CustomText < 'a'", 11, "of type Text")]
    [InlineData("CustomText = '--'", 13, "no word")]
    [InlineData("CustomKeywordList BETWEEN 'a' AND 'b'", 18, "of type KeywordList")]
    [InlineData("CustomDatetime = 'yesterday'", 17, "RFC 3339")]
    [InlineData("ExecutionStatus = 'Done'", 18, "'ContinuedAsNew'")]
    [InlineData("ExecutionStatus = 0", 18, "'Running'")]
    [InlineData("ExecutionStatus > 'Running'", 16, "does not take >")]
    [InlineData("ExecutionDuration > 'long'", 20, "hh:mm:ss")]
    [InlineData("StartTime > true", 12, "RFC 3339")]
    [InlineData("ORDER BY CustomText", 9, "no order")]
    [InlineData("ORDER BY CustomKeywordList", 9, "no order")]
    [InlineData("ORDER BY Nothing", 9, "is not a search attribute")]
    [InlineData("GROUP BY ExecutionStatus", 9, "CountWorkflowExecutions")]
    public void Read_QueryThatDoesNotFit_PointsAtThePlace(string query, int position, string hint)
    {
        var error = Should.Throw<InvalidQueryException>(() => _database.Page(query));

        error.Position.ShouldBe(position);
        error.Message.ShouldContain(hint);
    }

    [Theory]
    [InlineData("GROUP BY WorkflowType", 9, "ExecutionStatus only")]
    [InlineData("GROUP BY ExecutionStatus ORDER BY StartTime", 34, "does not go with")]
    [InlineData("ORDER BY Nothing", 9, "is not a search attribute")]
    public void Count_QueryThatDoesNotFit_PointsAtThePlace(string query, int position, string hint)
    {
        var error = Should.Throw<InvalidQueryException>(() => _database.Count(query));

        error.Position.ShouldBe(position);
        error.Message.ShouldContain(hint);
    }

    [Fact]
    public void Read_AfterARefusedQuery_TheConnectionIsFreeAgain()
    {
        _database.Insert(Open(1, 1));
        Should.Throw<InvalidQueryException>(() => _database.Page("Nothing = 1"));

        _database.Database.AutoCommit.ShouldBeTrue();
        _database.All("").ShouldBe([1]);
    }

    [Fact]
    public void Count_Groups_AreKeywordsWithTheNamesOfStatuses()
    {
        _database.Insert(Open(1, 1), Closed(2, 2, 3), Closed(3, 3, 4));

        var count = _database.Count("GROUP BY ExecutionStatus");

        count.Count.ShouldBe(3);
        count.Groups.Select(g => (g.GroupValues.Single().Data.ToStringUtf8(), g.GroupValues.Single().Metadata["type"].ToStringUtf8(), g.Count))
            .ShouldBe([("\"Running\"", "Keyword", 1L), ("\"Completed\"", "Keyword", 2L)]);
    }

    private static TestRun Open(long key, int start) => new() { Key = key, Start = TestRun.Noon.AddSeconds(start) };

    private static TestRun Closed(long key, long start, int close) => new()
    {
        Key = key,
        Start = TestRun.Noon.AddSeconds(start),
        Close = TestRun.Noon.AddSeconds(close),
        Status = WorkflowExecutionStatus.Completed,
    };
}
