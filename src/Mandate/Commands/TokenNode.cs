namespace Mandate.Commands;

/// <summary>A workflow in the tree that <c>mandate tokens tree</c> prints.</summary>
/// <param name="WorkflowId">Its workflow id.</param>
/// <param name="Policy">What it gets of its parent's token; <c>root</c> at the top.</param>
/// <param name="Name">Name of its token; null without one.</param>
/// <param name="Epoch">Epoch of its token; null without one.</param>
/// <param name="State">How its token stands.</param>
/// <param name="Problem">Why nothing is known of it.</param>
/// <param name="Children">Workflows below it.</param>
internal sealed record TokenNode(string WorkflowId, string Policy, string? Name, long? Epoch, string? State, string? Problem, IReadOnlyList<TokenNode> Children)
{
    /// <summary>The API it calls.</summary>
    public string? ApiUrl { get; init; }

    /// <summary>Whether its parent still has to hand on the present token.</summary>
    public bool IsBehind { get; init; }

    /// <summary>One line.</summary>
    public override string ToString()
    {
        var token = Problem ?? (Name is null ? "no token" : $"{Name} epoch {Epoch} {State}");
        return $"{WorkflowId}  {Policy}  {token}{(ApiUrl is null ? "" : $"  {ApiUrl}")}{(IsBehind ? "  behind" : "")}";
    }
}
