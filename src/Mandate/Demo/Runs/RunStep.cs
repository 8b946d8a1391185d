namespace Mandate.Demo.Runs;

/// <summary>A step of a run, as its history tells it.</summary>
internal sealed record RunStep
{
    /// <summary>What it is.</summary>
    public required StepKind Kind { get; init; }

    /// <summary>Activity type, child's id or signal name.</summary>
    public required string Name { get; init; }

    /// <summary>For whom it acts: <c>user@tenant</c> of the verified envelope; null where there is none or it is not good.</summary>
    public string? ActsFor { get; init; }

    /// <summary>For a signal, its verified sender.</summary>
    public string? Actor { get; init; }

    /// <summary>How often its end was recorded; once is right.</summary>
    public int Acknowledged { get; init; }

    /// <summary>For an activity, whom the activity itself says it acted for.</summary>
    public string? Reported { get; init; }
}
