using Mandate.Engine.Visibility.Language;

namespace Mandate.Engine.Tests.Visibility;

public sealed class QueryParserTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("   ", "")]
    [InlineData("WorkflowId = 'a'", "WorkflowId = 'a'")]
    [InlineData("WorkflowId=\"a\"", "WorkflowId = 'a'")]
    [InlineData("WorkflowId = 'it''s'", "WorkflowId = 'it's'")]
    [InlineData("WorkflowId = \"say \"\"yes\"\"\"", "WorkflowId = 'say \"yes\"'")]
    [InlineData(@"WorkflowId = 'a\'b\\c\n\d'", "WorkflowId = 'a'b\\c\nd'")]
    [InlineData("`my attribute` = 'a'", "my attribute = 'a'")]
    [InlineData("`tick``ed` = 'a'", "tick`ed = 'a'")]
    [InlineData("`Order` = 1", "Order = 1")]
    [InlineData("a <> 1", "a != 1")]
    [InlineData("a != -1", "a != -1")]
    [InlineData("a >= +1.5", "a >= 1.5")]
    [InlineData("a < .5e-1", "a < 0.05")]
    [InlineData("a <= 99999999999999999999", "a <= 1E+20")]
    [InlineData("a > -9223372036854775808", "a > -9223372036854775808")]
    [InlineData("a = true and b = FALSE", "(a = true AND b = false)")]
    [InlineData("a in (1)", "a IN 1")]
    [InlineData("a NOT IN ('x', \"y\" , 'z')", "a NOT IN 'x' 'y' 'z'")]
    [InlineData("a between 1 and 2 and b = 3", "(a BETWEEN 1 2 AND b = 3)")]
    [InlineData("a not between 1 and 2", "a NOT BETWEEN 1 2")]
    [InlineData("a Starts_With 'x'", "a STARTS_WITH 'x'")]
    [InlineData("a not starts_with 'x'", "a NOT STARTS_WITH 'x'")]
    [InlineData("a is null or a is not null", "(a IS NULL OR a IS NOT NULL)")]
    [InlineData("a = 1 or b = 2 and c = 3", "(a = 1 OR (b = 2 AND c = 3))")]
    [InlineData("(a = 1 or b = 2) and c = 3", "((a = 1 OR b = 2) AND c = 3)")]
    [InlineData("not a = 1 and b = 2", "(NOT a = 1 AND b = 2)")]
    [InlineData("not (a = 1 and b = 2)", "NOT (a = 1 AND b = 2)")]
    [InlineData("not not a = 1", "NOT NOT a = 1")]
    [InlineData("a = 1 && !b = 2 || c = 3", "((a = 1 AND NOT b = 2) OR c = 3)")]
    [InlineData("a = 1 -- why\n and /* this */ b = 2", "(a = 1 AND b = 2)")]
    [InlineData("a = 1;", "a = 1")]
    [InlineData("order by StartTime", " ORDER BY StartTime")]
    [InlineData("a = 1 ORDER BY b DESC, `c d` asc, e", "a = 1 ORDER BY b DESC, c d, e")]
    [InlineData("group by ExecutionStatus", " GROUP BY ExecutionStatus")]
    [InlineData("a = 1 GROUP BY ExecutionStatus ORDER BY b", "a = 1 GROUP BY ExecutionStatus ORDER BY b")]
    public void Parse_Accepted_MeansWhatIsExpected(string query, string expected) => Show(VisibilityQuery.Parse(query)).ShouldBe(expected);

    [Theory]
    [InlineData("a", 1, "one of =, !=")]
    [InlineData("a = ", 4, "expected a value")]
    [InlineData("a = b", 4, "'b'")]
    [InlineData("a = null", 4, "IS NULL")]
    [InlineData("a = 'x", 4, "does not end")]
    [InlineData("a = 'x\\", 4, "does not end")]
    [InlineData("`a = 1", 0, "does not end")]
    [InlineData("`` = 1", 0, "no name")]
    [InlineData("/* a = 1", 0, "does not end")]
    [InlineData("a = 1x", 4, "neither a number nor a name")]
    [InlineData("a = 1e", 4, "exponent")]
    [InlineData("a = 1e999", 4, "too large")]
    [InlineData("a = - 'x'", 6, "expected a value")]
    [InlineData("'x' = a", 0, "left side")]
    [InlineData("5 = a", 0, "left side")]
    [InlineData("a == 1", 3, "expected a value")]
    [InlineData("a like 'x%'", 2, "STARTS_WITH")]
    [InlineData("a is true", 5, "NULL or NOT NULL")]
    [InlineData("a not = 1", 6, "after NOT")]
    [InlineData("a in ()", 6, "expected a value")]
    [InlineData("a in 1", 5, "expected the (")]
    [InlineData("a in (1, 2", 10, "the ) of the list")]
    [InlineData("a between 1 or 2", 12, "the AND of BETWEEN")]
    [InlineData("(a = 1", 6, "opened at character 1")]
    [InlineData("a = 1)", 5, "the end of the query")]
    [InlineData("a = 1 and", 9, "a condition")]
    [InlineData("and a = 1", 0, "backticks")]
    [InlineData("order = 1", 6, "BY after ORDER")]
    [InlineData("a = 1 order StartTime", 12, "BY after ORDER")]
    [InlineData("group by a, b", 10, "one search attribute")]
    [InlineData("a = 1 limit 5", 6, "page_size")]
    [InlineData("a = 1 # x", 6, "no meaning")]
    [InlineData("a.b = 1", 1, "no meaning")]
    [InlineData("a = 1 b = 2", 6, "expected AND")]
    [InlineData("coalesce(a, 1)", 8, "one of =, !=")]
    [InlineData("a = 1; drop table runs", 7, "the end of the query")]
    public void Parse_Refused_PointsAtThePlaceAndSaysWhatIsRight(string query, int position, string hint)
    {
        var error = Should.Throw<InvalidQueryException>(() => VisibilityQuery.Parse(query));

        error.Position.ShouldBe(position);
        error.Message.ShouldContain(hint);
        error.Message.ShouldContain($"at character {position + 1}:");
    }

    [Fact]
    public void Parse_DeepBrackets_AreRefusedBeforeTheStackIs() =>
        Should.Throw<InvalidQueryException>(() => VisibilityQuery.Parse(new string('(', 60_000))).Message.ShouldContain("nested");

    [Fact]
    public void Parse_ManyNots_AreRefusedBeforeTheStackIs() =>
        Should.Throw<InvalidQueryException>(() => VisibilityQuery.Parse(string.Concat(Enumerable.Repeat("not ", 15_000)) + "a = 1")).Message.ShouldContain("nested");

    [Fact]
    public void Parse_DepthIsGivenBack_BracketsSideBySideAreFine() =>
        Should.NotThrow(() => VisibilityQuery.Parse(string.Join(" and ", Enumerable.Repeat("(not (a = 1))", QueryLimits.MaxDepth * 2))));

    [Fact]
    public void Parse_TooLong_IsRefused() =>
        Should.Throw<InvalidQueryException>(() => VisibilityQuery.Parse(new string(' ', QueryLimits.MaxLength + 1))).Message.ShouldContain("65,536");

    [Fact]
    public void Parse_TooManyConditions_SuggestsIn() =>
        Should.Throw<InvalidQueryException>(() => VisibilityQuery.Parse(string.Join(" or ", Enumerable.Repeat("a = 1", QueryLimits.MaxConditions + 1)))).Message.ShouldContain("IN (");

    [Fact]
    public void Parse_TooManyValues_IsRefused() =>
        Should.Throw<InvalidQueryException>(() => VisibilityQuery.Parse($"a in ({string.Join(",", Enumerable.Repeat("1", QueryLimits.MaxValues + 1))})")).Message.ShouldContain("5,000 values");

    [Fact]
    public void Parse_ErrorAboutLongText_RepeatsOnlyItsBeginning() =>
        Should.Throw<InvalidQueryException>(() => VisibilityQuery.Parse($"a '{new string('x', 5_000)}\0'")).Message.Length.ShouldBeLessThan(400);

    private static string Show(VisibilityQuery query)
    {
        var text = query.Filter is { } filter ? Show(filter) : "";
        if (query.GroupBy is { } group)
            text += $" GROUP BY {group.Name}";
        return query.OrderBy.Count == 0 ? text : $"{text} ORDER BY {string.Join(", ", query.OrderBy.Select(t => t.Attribute.Name + (t.Descending ? " DESC" : "")))}";
    }

    private static string Show(QueryExpression expression) => expression switch
    {
        QueryNot not => $"NOT {Show(not.Part)}",
        QueryAll all => $"({string.Join(" AND ", all.Parts.Select(Show))})",
        QueryAny any => $"({string.Join(" OR ", any.Parts.Select(Show))})",
        QueryCondition condition => string.Join(' ', condition.Values.Select(Show).Prepend(condition.Operator.Text()).Prepend(condition.Attribute.Name)),
        _ => throw new InvalidOperationException(),
    };

    private static string Show(QueryLiteral literal) => literal.Kind switch
    {
        QueryLiteralKind.Text => $"'{literal.Text}'",
        QueryLiteralKind.Integer => literal.Integer.ToString(),
        QueryLiteralKind.Decimal => literal.Decimal.ToString("R"),
        _ => literal.Integer != 0 ? "true" : "false",
    };
}
