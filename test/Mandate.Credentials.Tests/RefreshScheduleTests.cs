using Mandate.Testing;

namespace Mandate.Credentials.Tests;

public sealed class RefreshScheduleTests
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData(3600, 1800)]
    [InlineData(900, 720)]
    [InlineData(374, 300)]
    [InlineData(361, 300)]
    [InlineData(360, 288)]
    [InlineData(240, 192)]
    [InlineData(5, 4)]
    [InlineData(86400, 1800)]
    [InlineData(0, 0)]
    [InlineData(-7, 0)]
    [Scenario("worker-authentication", 15)]
    public void Interval_RemainingLife_IsFourFifthsWithinItsBounds(double remaining, double expected) =>
        RefreshSchedule.Interval(TimeSpan.FromSeconds(remaining)).ShouldBe(TimeSpan.FromSeconds(expected));

    [Theory]
    [MemberData(nameof(Lives))]
    [Scenario("worker-authentication", 15)]
    public void Interval_AnyLife_EndsBeforeTheTokenDoesAndNeverShrinksWithLongerLives(int seed)
    {
        var random = new Random(seed);
        var (last, lastLife) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var life in Enumerable.Range(0, 2_000).Select(_ => TimeSpan.FromTicks((long)Math.Pow(10, 1 + (random.NextDouble() * 12)))).Order())
        {
            var interval = RefreshSchedule.Interval(life);

            interval.ShouldBeLessThan(life);
            interval.ShouldBeLessThanOrEqualTo(Longest);
            interval.ShouldBeGreaterThanOrEqualTo(life * 0.8 < Longest ? life * 0.8 : Longest);
            if (life > Shortest + TimeSpan.FromSeconds(60))
                interval.ShouldBeGreaterThanOrEqualTo(Shortest);
            interval.ShouldBeGreaterThanOrEqualTo(last, $"{life} after {lastLife}");
            (last, lastLife) = (interval, life);
        }
    }

    public static TheoryData<int> Lives() => [1, 2, 3, 4, 5];
}
