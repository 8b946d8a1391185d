using Mandate.Stateful.Tree;
using Mandate.Temporal.Workflows;

namespace Mandate.Stateful.Tests;

/// <summary>Whom a run takes for its ancestors: what its parent says counts only as far as the server says nothing else.</summary>
public sealed class AncestryTests
{
    [Theory]
    [InlineData("root", "a,b", "a,b", "a list without the root takes from it the right to send", "root,b")]
    [InlineData("root", "b", "b", "nor does the parent alone", "root,b")]
    [InlineData("root", "root,a", "b", "it ends with another parent", "root,b")]
    [InlineData("root", "", "b", "there is none", "root,b")]
    [InlineData("root", "root,a,b", "b", "it goes from the root to the parent", "root,a,b")]
    [InlineData("root", "root", "root", "the parent is the root", "root")]
    [InlineData(null, "a,b", "b", "a server that names no root says nothing against it", "a,b")]
    [InlineData(null, "", "b", "nor anything beside the parent", "b")]
    public void Of_AHeadersList_IsBelievedWhereItBeginsWithTheRootAndEndsWithTheParent(string? root, string claimed, string parents, string why, string known) =>
        Ancestry.Of(Info(root, parents.Split(',')[^1]), new() { Ancestors = claimed.Split(',', StringSplitOptions.RemoveEmptyEntries) }).ShouldBe(known.Split(','), why);

    [Fact]
    public void Of_NoHeader_IsWhatTheServerSays()
    {
        Ancestry.Of(Info("root", "b"), snapshot: null).ShouldBe(["root", "b"]);
        Ancestry.Of(Info(root: null, parent: null), new() { Ancestors = ["somebody"] }).ShouldBeEmpty();
    }

    private static WorkflowInfo Info(string? root, string? parent) => new(
        Attempt: 1,
        ContinuedRunId: null,
        CronSchedule: null,
        ExecutionTimeout: null,
        FirstExecutionRunId: "run",
        Headers: null,
        LastFailure: null,
        LastResult: null,
        Namespace: "default",
        Parent: parent is null ? null : new("default", "parents-run", parent),
        Priority: Temporal.Common.Priority.Default,
        RetryPolicy: null,
        Root: root is null ? null : new("roots-run", root),
        RunId: "run",
        RunTimeout: null,
        StartTime: default,
        TaskQueue: "queue",
        TaskTimeout: default,
        WorkflowId: "self",
        WorkflowStartTime: default,
        WorkflowType: "type");
}
