using Mandate.Stateful.Tree;

namespace Mandate.Stateful.Tests;

public sealed class HistoryBoundsTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    // A large registry, and nothing else yet: going on would be for nothing.
    [InlineData(3, 4 * MiB, 4 * MiB, false)]
    [InlineData(3, 30 * MiB, 30 * MiB, false)]
    [InlineData(12_799, 7 * MiB, 6 * MiB, false)]
    [InlineData(3_000, 6 * MiB, 4 * MiB, true)]
    [InlineData(3_000, 14 * MiB, 10 * MiB, true)]
    // Small signals that waited for the first task made the history that it began with.
    [InlineData(45_000, 8 * MiB, 8 * MiB, true)]
    // Many small events after a large start.
    [InlineData(12_800, 8 * MiB, 7 * MiB, true)]
    public void HasGrown_BySizeOrByEvents(int events, int bytes, int beganWith, bool expected) => HistoryBounds.HasGrown(events, bytes, beganWith).ShouldBe(expected);

    [Theory]
    [InlineData(25_599, 25 * MiB - 1, false)]
    [InlineData(25_600, 0, true)]
    [InlineData(3, 25 * MiB, true)]
    public void IsFull_FromHalfOfWhatServersAllow(int events, int bytes, bool expected) => HistoryBounds.IsFull(events, bytes).ShouldBe(expected);
}
