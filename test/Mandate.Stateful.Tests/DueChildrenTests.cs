using Mandate.Stateful.Tree;

namespace Mandate.Stateful.Tests;

/// <summary>Whose turn it is to be sent the token.</summary>
public sealed class DueChildrenTests
{
    private readonly ChildRegistry _registry = new([]);
    private readonly DueChildren _due;

    public DueChildrenTests() => _due = new(_registry);

    [Fact]
    public void Take_AfterANewRevision_GivesTheChildrenOfAPolicyThatAreBehindInTheirOrderAndOnce()
    {
        foreach (var (id, policy, sent) in new[] { ("a", ApiTokenPolicy.Inherit, 1), ("b", ApiTokenPolicy.Downscope, 1), ("c", ApiTokenPolicy.Inherit, 2), ("d", ApiTokenPolicy.Inherit, 0), ("e", ApiTokenPolicy.Inherit, 1) })
            Add(id, policy, sent);

        _due.MayHave(ApiTokenPolicy.Inherit).ShouldBeFalse();
        _due.Refill(2);
        _due.Refill(2);

        Taken(ApiTokenPolicy.Inherit, 2).ShouldBe(["a", "d"]);
        Taken(ApiTokenPolicy.Inherit, 2).ShouldBe(["e"]);
        Taken(ApiTokenPolicy.Inherit, 2).ShouldBeEmpty();
        Taken(ApiTokenPolicy.Downscope, 2).ShouldBe(["b"]);
        _due.MayHave(ApiTokenPolicy.Downscope).ShouldBeFalse();
    }

    [Fact]
    public void Take_ChildOfWhichThereIsNews_ComesLastAndOnceHoweverOftenThereIs()
    {
        var (first, second) = (Add("a", ApiTokenPolicy.Inherit, 2), Add("b", ApiTokenPolicy.Inherit, 2));
        _due.Refill(2);
        foreach (var child in (ChildEntry[])[second, first, second])
        {
            child.SentRevision = 0;
            _due.Add(child);
        }

        Taken(ApiTokenPolicy.Inherit, 10).ShouldBe(["b", "a"]);

        first.SentRevision = 2;
        _due.Add(first);
        _due.MayHave(ApiTokenPolicy.Inherit).ShouldBeFalse("it is not behind");
        second.SentRevision = 2;
        _due.Refill(3);
        Taken(ApiTokenPolicy.Inherit, 10).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Take_WhoHasEndedOrIsReplacedOrCaughtUpOrNotReachedMeanwhile_IsLeftOut()
    {
        var children = ((string[])["ended", "replaced", "told", "away", "due"]).Select(id => Add(id, ApiTokenPolicy.Exclude, 1)).ToList();
        _due.Refill(2);
        _registry.Remove(children[0]);
        var replacing = Add("replaced", ApiTokenPolicy.Exclude, 1);
        children[2].SentRevision = 2;
        children[3].IsUnreached = true;

        Taken(ApiTokenPolicy.Exclude, 10).ShouldBe(["due"]);

        children[3].IsUnreached = false;
        _due.Add(children[3]);
        _due.Add(replacing);
        Taken(ApiTokenPolicy.Exclude, 10).ShouldBe(["away", "replaced"]);
    }

    private ChildEntry Add(string id, ApiTokenPolicy policy, long sent)
    {
        var child = new ChildEntry(id, policy) { State = ChildState.Running, FirstRunId = $"run-of-{id}", SentRevision = sent };
        _registry.Add(child);
        return child;
    }

    private string[] Taken(ApiTokenPolicy policy, int most) => [.. _due.Take(policy, most).Select(c => c.Id)];
}
