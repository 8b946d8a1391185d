namespace Mandate.Load.Cascade;

/// <summary>Which part of the tree a node starts: node i has the children fanout·i + 1 to fanout·i + fanout, as far as there are so many workflows.</summary>
/// <param name="Index">Number of the node, 0 for the root.</param>
/// <param name="Workflows">Workflows in the tree.</param>
/// <param name="Fanout">Children of each.</param>
public sealed record CascadePlan(int Index, int Workflows, int Fanout);
