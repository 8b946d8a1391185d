namespace Mandate.Stateful.Tests.Workflows;

/// <summary>How many children an ending workflow has, and how it ends.</summary>
public sealed record EndingPlan
{
    /// <summary>"returns", "fails", "gives up" or "breaks"; it is cancelled by who started it otherwise.</summary>
    public required string How { get; init; }

    public int Children { get; init; }

    /// <summary>How many of the children go on by themselves.</summary>
    public int Abandoned { get; init; }

    /// <summary>What it returns, or fails with.</summary>
    public string Text { get; init; } = "";
}
