using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Engine.Tests;

/// <summary>Runs leave the store when they are deleted or their namespace's retention has passed.</summary>
public sealed class RemovalTests
{
    [Fact]
    public async Task Delete_ClosedRun_IsGoneWithItsHistoryAndStaysGone()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");
        await host.TerminateAsync("order-1");

        await DeleteAsync(host, "order-1");

        await ShouldBeGoneAsync(host, "order-1");
        await host.RestartAsync();
        await ShouldBeGoneAsync(host, "order-1");
    }

    [Fact]
    public async Task Delete_OpenRun_IsTerminatedAndGone()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");

        await DeleteAsync(host, "order-1");

        await ShouldBeGoneAsync(host, "order-1");
        await host.StartAsync("order-1");
        (await host.StatusAsync("order-1")).ShouldBe(WorkflowExecutionStatus.Running);
    }

    [Fact]
    public async Task Delete_NewestOfTwoRuns_TheOlderOneIsTheNewestAgain()
    {
        await using var host = await EngineHost.StartAsync();
        var older = await host.StartAsync("order-1");
        await host.TerminateAsync("order-1");
        var newer = await host.StartAsync("order-1");
        await host.TerminateAsync("order-1");

        await DeleteAsync(host, "order-1", newer);

        (await host.DescribeAsync("order-1")).WorkflowExecutionInfo.Execution.RunId.ShouldBe(older);
        (await Should.ThrowAsync<RpcException>(host.DescribeAsync("order-1", newer))).Code.ShouldBe(RpcStatusCode.NotFound);
    }

    [Fact]
    public async Task Delete_UnknownRun_IsNotFound()
    {
        await using var host = await EngineHost.StartAsync();

        (await Should.ThrowAsync<RpcException>(DeleteAsync(host, "order-1"))).Code.ShouldBe(RpcStatusCode.NotFound);
    }

    [Fact]
    public async Task Retention_Passed_RemovesClosedRunsAndKeepsTheOthers()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Retention = TimeSpan.FromHours(1) });
        await host.StartAsync("old");
        await host.TerminateAsync("old");
        await host.StartAsync("open");
        host.Time.Advance(TimeSpan.FromMinutes(50));
        await host.StartAsync("young");
        await host.TerminateAsync("young");

        // A sweep sets the next one when it is done, so the clock goes on until one has seen the old run; the young one has 50 minutes left.
        host.Time.Advance(TimeSpan.FromMinutes(15));
        var further = 0;
        await Wait.UntilAsync(
            async () =>
            {
                if (!await ExistsAsync(host, "old"))
                    return true;
                if (further++ < 480)
                    host.Time.Advance(TimeSpan.FromSeconds(5));
                return false;
            },
            "the old run to be removed");

        (await host.StatusAsync("young")).ShouldBe(WorkflowExecutionStatus.Terminated);
        (await host.StatusAsync("open")).ShouldBe(WorkflowExecutionStatus.Running);
    }

    [Fact]
    public async Task Retention_Zero_KeepsClosedRunsForGood()
    {
        await using var host = await EngineHost.StartAsync(o => o with { Retention = TimeSpan.Zero });
        await host.StartAsync("old");
        await host.TerminateAsync("old");
        host.Time.Advance(TimeSpan.FromDays(1_000));

        (await host.Engine.Core.Retention.RunAsync()).ShouldBe(0);

        (await host.StatusAsync("old")).ShouldBe(WorkflowExecutionStatus.Terminated);
    }

    private static Task<DeleteWorkflowExecutionResponse> DeleteAsync(EngineHost host, string id, string runId = "") => host.CallAsync<DeleteWorkflowExecutionResponse>(
        new DeleteWorkflowExecutionRequest { Namespace = "default", WorkflowExecution = new() { WorkflowId = id, RunId = runId } });

    private static async Task<bool> ExistsAsync(EngineHost host, string id)
    {
        try
        {
            await host.DescribeAsync(id);
            return true;
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.NotFound)
        {
            return false;
        }
    }

    private static async Task ShouldBeGoneAsync(EngineHost host, string id)
    {
        (await ExistsAsync(host, id)).ShouldBeFalse();
        var list = await host.CallAsync<ListWorkflowExecutionsResponse>(new ListWorkflowExecutionsRequest { Namespace = "default", Query = $"WorkflowId = '{id}'" });
        list.Executions.ShouldBeEmpty();
    }
}
