using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Runs;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.Worker;

public sealed class WorkflowRunCacheTests
{
    [Fact]
    public void Return_BeyondCapacity_DropsTheOneNotUsedForLongest()
    {
        var cache = new WorkflowRunCache(2);
        Use(cache, "a");
        Use(cache, "b");
        Use(cache, "a");
        Use(cache, "c");

        cache.Count.ShouldBe(2);
        Cached(cache, "a").ShouldBeTrue();
        Cached(cache, "b").ShouldBeFalse();
    }

    [Fact]
    public void Return_RunInUse_StaysBeyondCapacity()
    {
        var cache = new WorkflowRunCache(1);
        var busy = cache.Rent("busy");
        busy.Run = Run();
        Use(cache, "other");

        cache.Rent("busy").ShouldBeSameAs(busy);
    }

    [Fact]
    public void Return_WithoutRun_LeavesNothing()
    {
        var cache = new WorkflowRunCache(2);
        cache.Return(cache.Rent("a"));

        cache.Count.ShouldBe(0);
    }

    [Fact]
    public void Rent_WithoutCapacity_NeverKeeps()
    {
        var cache = new WorkflowRunCache(0);
        Use(cache, "a");

        Cached(cache, "a").ShouldBeFalse();
    }

    [Fact]
    public void Forget_WhileInUse_GivesANewPlace()
    {
        var cache = new WorkflowRunCache(2);
        var stuck = cache.Rent("a");
        cache.Forget(stuck);

        cache.Rent("a").ShouldNotBeSameAs(stuck);
        cache.Return(stuck);
        cache.Count.ShouldBe(1);
    }

    private static void Use(WorkflowRunCache cache, string runId)
    {
        var place = cache.Rent(runId);
        place.Run ??= Run();
        cache.Return(place);
    }

    private static bool Cached(WorkflowRunCache cache, string runId) => cache.Rent(runId).Run is not null;

    private static WorkflowRun Run() => new(Replaying.Options, WorkflowDefinition.Create<SemaphoreUser>(), "w", "r");

    [Workflow]
    public sealed class SemaphoreUser
    {
        [WorkflowRun]
        public Task RunAsync() => Task.CompletedTask;
    }
}
