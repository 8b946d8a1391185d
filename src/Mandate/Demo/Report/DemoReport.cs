using Mandate.Demo.Runs;

namespace Mandate.Demo.Report;

/// <summary>What the demonstration showed; the document of <c>mandate demo --json</c>.</summary>
internal sealed record DemoReport
{
    /// <summary>Whether everything held.</summary>
    public required bool Ok { get; init; }

    /// <summary>Milliseconds from the start of the process until the engine was ready.</summary>
    public required int ReadyMs { get; init; }

    /// <summary>The tree of runs, top first.</summary>
    public required IReadOnlyList<Run> Runs { get; init; }

    /// <summary>The worker that was killed and the one that went on.</summary>
    public required WorkerReport Worker { get; init; }

    /// <summary>What the downstream service received.</summary>
    public required IReadOnlyList<DownstreamCall> Downstream { get; init; }

    /// <summary>How far those got who should get nowhere.</summary>
    public required IntruderReport Intruder { get; init; }

    /// <summary>The audit chain's verdict.</summary>
    public required AuditReport Audit { get; init; }

    /// <summary>The canary scan.</summary>
    public required CanaryReport Canary { get; init; }

    /// <summary>Each thing that must hold, and whether it does.</summary>
    public required IReadOnlyList<Check> Checks { get; init; }
}
