namespace Mandate.Load.Gateway;

/// <summary>The same work without and with the pipeline, several times.</summary>
internal sealed class Rounds
{
    private readonly List<Spent> _bare = [];
    private readonly List<Spent> _guarded = [];

    internal void Add(Spent bare, Spent guarded)
    {
        _bare.Add(bare);
        _guarded.Add(guarded);
    }

    internal Overhead Compare()
    {
        var (bare, guarded) = (Median(_bare, s => s.PerSecond), Median(_guarded, s => s.PerSecond));
        var (bareCpu, guardedCpu) = (Median(_bare, s => s.CpuMicroseconds), Median(_guarded, s => s.CpuMicroseconds));
        return new(Math.Round(bare, 1), Math.Round(guarded, 1), Math.Round(bare / guarded, 3), Math.Round(bareCpu, 1), Math.Round(guardedCpu, 1), Math.Round(guardedCpu / bareCpu, 3));
    }

    private static double Median(List<Spent> rounds, Func<Spent, double> of)
    {
        var sorted = rounds.Select(of).Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
