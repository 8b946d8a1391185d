using Mandate.Stateful;

namespace Mandate.Commands;

/// <summary>A workflow in the tree that <c>mandate tokens tree</c> prints.</summary>
/// <param name="WorkflowId">Its workflow id.</param>
/// <param name="Policy">What it gets of its parent's token; <c>root</c> at the top.</param>
/// <param name="Name">Name of its token; null without one.</param>
/// <param name="Epoch">Epoch of its token; null without one.</param>
/// <param name="State">How its token stands; null where nothing is known of it.</param>
/// <param name="Problem">Why nothing is known of it.</param>
/// <param name="Children">Workflows below it.</param>
internal sealed record TokenNode(string WorkflowId, string Policy, string? Name, long? Epoch, string? State, string? Problem, IReadOnlyList<TokenNode> Children)
{
    private const string Branch = "├── ";
    private const string LastBranch = "└── ";
    private const string Beside = "│   ";
    private const string Below = "    ";

    /// <summary>The API it calls.</summary>
    public string? ApiUrl { get; init; }

    /// <summary>Whether its parent still has to hand on the present token.</summary>
    public bool IsBehind { get; init; }

    /// <summary>How many children it has that were not asked, because the depth was reached; null where all were.</summary>
    public int? NotShown { get; init; }

    public static TokenNode Of(string workflowId, string policy, ApiTokenTree tree)
    {
        var hasToken = tree.Token.State != ApiTokenState.None;
        return new(workflowId, policy, hasToken ? tree.Token.Name : null, hasToken ? tree.Token.Epoch : null, tree.Token.State.ToString().ToLowerInvariant(), null, []) { ApiUrl = tree.ApiUrl };
    }

    public static TokenNode Unknown(string workflowId, string policy, string problem) => new(workflowId, policy, null, null, null, problem, []);

    /// <summary>One line.</summary>
    public override string ToString()
    {
        var token = Problem ?? (Name is null ? "no token" : $"{Name} epoch {Epoch} {State}");
        return $"{WorkflowId}  {Policy}  {token}{(ApiUrl is null ? "" : $"  {ApiUrl}")}{(IsBehind ? "  behind" : "")}";
    }

    /// <summary>Writes the tree, a workflow a line.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        await output.WriteLineAsync(ToString());
        await WriteChildrenAsync(output, "");
    }

    private async Task WriteChildrenAsync(TextWriter output, string before)
    {
        for (var i = 0; i < Children.Count; i++)
        {
            var isLast = i == Children.Count - 1;
            await output.WriteLineAsync($"{before}{(isLast ? LastBranch : Branch)}{Children[i]}");
            await Children[i].WriteChildrenAsync(output, before + (isLast ? Below : Beside));
        }

        if (NotShown is { } more)
            await output.WriteLineAsync($"{before}{LastBranch}({more} more: --depth)");
    }
}
