using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Tests;

/// <summary>Children, signals and cancel requests between workflows, parent close policies.</summary>
public sealed class ChildAndExternalTests
{
    [Fact]
    public async Task Child_ThatCompletes_IsToldToItsParent()
    {
        await using var host = await EngineHost.StartAsync();
        var parentRun = await host.StartAsync("parent");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Child("child", c => c.Input = EngineHost.Text("cargo")));
        var child = await host.NextTaskAsync("children");
        var started = child.History.Events[0].WorkflowExecutionStartedEventAttributes;
        started.ParentWorkflowExecution.WorkflowId.ShouldBe("parent");
        started.ParentWorkflowExecution.RunId.ShouldBe(parentRun);
        started.ParentInitiatedEventId.ShouldBe(5);
        started.RootWorkflowExecution.WorkflowId.ShouldBe("parent");
        started.Input.ShouldBe(EngineHost.Text("cargo"));
        await host.HasEventAsync("parent", EventType.ChildWorkflowExecutionStarted);
        await host.CompleteAsync(await host.NextTaskAsync());
        await host.CompleteAsync(child, Commands.Complete("delivered"));
        var task = await host.NextTaskAsync();
        var completed = task.History.Events.Single(e => e.EventType == EventType.ChildWorkflowExecutionCompleted).ChildWorkflowExecutionCompletedEventAttributes;
        completed.Result.ShouldBe(EngineHost.Text("delivered"));
        completed.InitiatedEventId.ShouldBe(5);
        completed.StartedEventId.ShouldBe(6);
        await host.CompleteAsync(task, Commands.Complete());
        await Wait.UntilAsync(() => host.Engine.Core.Store.Read(r => r.Outbox()).Count == 0, "the outbox to be empty");
    }

    [Fact]
    public async Task Child_WhoseIdIsTaken_FailsToStart()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("taken", r => r.TaskQueue.Name = "other");
        await host.StartAsync("parent");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Child("taken"));
        await host.HasEventAsync("parent", EventType.StartChildWorkflowExecutionFailed);
        var failed = (await host.HistoryAsync("parent")).Single(e => e.EventType == EventType.StartChildWorkflowExecutionFailed);
        failed.StartChildWorkflowExecutionFailedEventAttributes.Cause.ShouldBe(StartChildWorkflowExecutionFailedCause.WorkflowAlreadyExists);
    }

    [Fact]
    public async Task Child_InAnUnknownNamespace_FailsToStart()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("parent");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Child("child", c => c.Namespace = "nowhere"));
        await host.HasEventAsync("parent", EventType.StartChildWorkflowExecutionFailed);
        (await host.HistoryAsync("parent")).Single(e => e.EventType == EventType.StartChildWorkflowExecutionFailed)
            .StartChildWorkflowExecutionFailedEventAttributes.Cause.ShouldBe(StartChildWorkflowExecutionFailedCause.NamespaceNotFound);
    }

    [Theory]
    [InlineData("fail", EventType.ChildWorkflowExecutionFailed)]
    [InlineData("cancel", EventType.ChildWorkflowExecutionCanceled)]
    [InlineData("terminate", EventType.ChildWorkflowExecutionTerminated)]
    public async Task Child_ThatEndsBadly_IsToldToItsParent(string how, EventType expected)
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("parent");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Child("child"));
        var child = await host.NextTaskAsync("children");
        if (how == "terminate")
            await host.TerminateAsync("child");
        else
            await host.CompleteAsync(child, how == "fail" ? Commands.Fail() : Commands.Cancel());
        await host.HasEventAsync("parent", expected);
    }

    [Theory]
    [InlineData(ParentClosePolicy.Unspecified, WorkflowExecutionStatus.Terminated)]
    [InlineData(ParentClosePolicy.Terminate, WorkflowExecutionStatus.Terminated)]
    [InlineData(ParentClosePolicy.RequestCancel, WorkflowExecutionStatus.Running)]
    [InlineData(ParentClosePolicy.Abandon, WorkflowExecutionStatus.Running)]
    public async Task ParentClose_DealsWithTheChildAsItsPolicySays(ParentClosePolicy policy, WorkflowExecutionStatus expected)
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("parent");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Child("child", c => c.ParentClosePolicy = policy));
        await host.HasEventAsync("parent", EventType.ChildWorkflowExecutionStarted);
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        await Wait.UntilAsync(() => host.Engine.Core.Store.Read(r => r.Outbox()).Count == 0, "the policy to be applied");
        (await host.StatusAsync("child")).ShouldBe(expected);
        (await host.DescribeAsync("child")).WorkflowExtendedInfo.CancelRequested.ShouldBe(policy == ParentClosePolicy.RequestCancel);
    }

    // The child is matched by its first run: a continuation of it is still the child.
    [Fact]
    public async Task ParentClose_AfterTheChildContinued_EndsTheChildsNewRun()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("parent");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Child("child"));
        await host.CompleteAsync(await host.NextTaskAsync("children"), Commands.ContinueAsNew());
        await host.HasEventAsync("parent", EventType.ChildWorkflowExecutionStarted);
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        await Wait.UntilAsync(async () => await host.StatusAsync("child") == WorkflowExecutionStatus.Terminated, "the child's run to end");
    }

    [Fact]
    public async Task ChildThatContinues_IsToldToItsParentOnlyAtItsEnd()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("parent");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Child("child"));
        await host.CompleteAsync(await host.NextTaskAsync("children"), Commands.ContinueAsNew());
        await host.CompleteAsync(await host.NextTaskAsync("children"), Commands.Complete("late"));
        await host.HasEventAsync("parent", EventType.ChildWorkflowExecutionCompleted);
        (await host.TypesAsync("parent")).Count(t => t.ToString().StartsWith("ChildWorkflowExecution", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task SignalOther_ThatRuns_IsRecordedOnBothSides()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("target", r => r.TaskQueue.Name = "targets");
        await host.StartAsync("sender");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.SignalOther("target"));
        await host.HasEventAsync("sender", EventType.ExternalWorkflowExecutionSignaled);
        var signal = (await host.HistoryAsync("target")).Single(e => e.EventType == EventType.WorkflowExecutionSignaled).WorkflowExecutionSignaledEventAttributes;
        signal.SignalName.ShouldBe("poke");
        signal.ExternalWorkflowExecution.WorkflowId.ShouldBe("sender");
    }

    [Theory]
    [InlineData("nobody", false)]
    [InlineData("target", true)]
    public async Task SignalOther_ThatIsNotThereOrNoChild_Fails(string target, bool childOnly)
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("target", r => r.TaskQueue.Name = "targets");
        await host.StartAsync("sender");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.SignalOther(target, childOnly));
        await host.HasEventAsync("sender", EventType.SignalExternalWorkflowExecutionFailed);
    }

    [Fact]
    public async Task CancelOther_ThatRuns_IsRecordedOnBothSides()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("target", r => r.TaskQueue.Name = "targets");
        await host.StartAsync("sender");
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.CancelOther("target"), Commands.CancelOther("nobody"));
        await host.HasEventAsync("sender", EventType.ExternalWorkflowExecutionCancelRequested);
        await host.HasEventAsync("sender", EventType.RequestCancelExternalWorkflowExecutionFailed);
        (await host.TypesAsync("target")).ShouldContain(EventType.WorkflowExecutionCancelRequested);
    }

    [Fact]
    public async Task RequestCancel_Twice_IsRecordedOnce()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order");
        await host.CancelAsync("order");
        await host.CancelAsync("order");
        (await host.TypesAsync("order")).Count(t => t == EventType.WorkflowExecutionCancelRequested).ShouldBe(1);
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Cancel());
        (await host.StatusAsync("order")).ShouldBe(WorkflowExecutionStatus.Canceled);
        (await Should.ThrowAsync<RpcException>(() => host.CancelAsync("order"))).Code.ShouldBe(RpcStatusCode.NotFound);
    }
}
