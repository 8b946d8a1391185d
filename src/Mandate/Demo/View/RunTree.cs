using Mandate.Demo.Runs;
using Spectre.Console;

namespace Mandate.Demo.View;

/// <summary>Draws the tree of runs.</summary>
internal static class RunTree
{
    public static Tree Of(IReadOnlyList<Run> runs)
    {
        var top = runs.First(r => r.Parent is null);
        var tree = new Tree(Title(top));
        AddSteps(tree, top, runs);
        return tree;
    }

    private static void AddSteps(IHasTreeNodes node, Run run, IReadOnlyList<Run> runs)
    {
        foreach (var step in run.Steps)
        {
            var child = step.Kind == StepKind.Child ? runs.FirstOrDefault(r => r.WorkflowId == step.Name) : null;
            var added = node.AddNode(child is null ? Line(step) : Title(child));
            if (child is not null)
                AddSteps(added, child, runs);
        }
    }

    private static Markup Title(Run run) => Markup.FromInterpolated(
        $"[bold]{run.WorkflowType}[/] [grey]{run.WorkflowId} on {run.TaskQueue}[/]  {run.Status}  for [blue]{run.ActsFor ?? "nobody"}[/]");

    private static Markup Line(RunStep step)
    {
        var state = step.Acknowledged switch { 0 => "…", 1 => "done", var n => $"{n} times" };
        return step.Actor is null
            ? Markup.FromInterpolated($"{Kind(step.Kind)} [bold]{step.Name}[/]  {state}  for [blue]{step.ActsFor ?? "nobody"}[/]")
            : Markup.FromInterpolated($"{Kind(step.Kind)} [bold]{step.Name}[/]  {state}  for [blue]{step.ActsFor ?? "nobody"}[/], sent by [yellow]{step.Actor}[/]");
    }

    private static string Kind(StepKind kind) => kind switch
    {
        StepKind.Activity => "activity",
        StepKind.Timer => "timer",
        StepKind.Signal => "signal",
        _ => "child",
    };
}
