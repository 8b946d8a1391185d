namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Asks a node for one more child.</summary>
public sealed record ChildRequest
{
    public required string Id { get; init; }

    public ApiTokenPolicy Policy { get; init; }

    public string? TaskQueue { get; init; }

    public string? ApiUrl { get; init; }

    public string? OwnTokenSource { get; init; }

    public IReadOnlyList<string>? Hosts { get; init; }

    public string? Workflow { get; init; }

    public bool IsRetried { get; init; }

    public ParentEnd WhenParentEnds { get; init; } = ParentEnd.Cancel;
}
