namespace Mandate.Engine.Tests.Visibility;

/// <summary>A query's text and, apart from it, what it means: true, false or unknown for a run.</summary>
internal sealed record RandomQuery(string Text, int Precedence, Func<TestRun, bool?> Holds)
{
    private const int Or = 0;
    private const int And = 1;
    private const int Not = 2;
    private const int Condition = 3;

    public static RandomQuery Create(Random random, int depth)
    {
        if (depth == 0 || random.Next(4) == 0)
        {
            var (text, holds) = RandomCondition.Create(random);
            return new(text, Condition, holds);
        }

        return random.Next(5) switch
        {
            0 => Negate(random, Create(random, depth - 1)),
            1 or 2 => Join(random, And, [.. Parts(random, depth)]),
            _ => Join(random, Or, [.. Parts(random, depth)]),
        };
    }

    private static IEnumerable<RandomQuery> Parts(Random random, int depth) => Enumerable.Range(0, random.Next(2, 4)).Select(_ => Create(random, depth - 1));

    private static RandomQuery Negate(Random random, RandomQuery part) => new($"NOT {part.Within(random, Not)}", Not, run => !part.Holds(run));

    /// <summary>In SQL's logic a false part decides AND and a true one OR, else an unknown part makes the whole unknown.</summary>
    private static RandomQuery Join(Random random, int precedence, RandomQuery[] parts)
    {
        var decisive = precedence == Or;
        return new(
            string.Join(precedence == Or ? " OR " : " and ", parts.Select(p => p.Within(random, precedence + 1))),
            precedence,
            run =>
            {
                var values = parts.Select(p => p.Holds(run)).ToArray();
                if (values.Contains(decisive))
                    return decisive;
                return values.Contains(null) ? null : !decisive;
            });
    }

    /// <summary>With brackets where they are needed, and sometimes where they are not.</summary>
    private string Within(Random random, int needed) => Precedence < needed || random.Next(5) == 0 ? $"({Text})" : Text;
}
