using Google.Protobuf;
using Mandate.Engine.Storage;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Testing;

namespace Mandate.Engine.Tests.Visibility;

/// <summary>ListWorkflowExecutions and CountWorkflowExecutions on an engine.</summary>
public sealed class ListWorkflowsTests
{
    [Fact]
    public async Task List_StartedRun_IsThereAtOnceAndWithoutWhatGrows()
    {
        await using var host = await EngineHost.StartAsync();
        var runId = await host.StartAsync("order-1");

        var listed = (await host.PageAsync("")).Executions.Single();

        listed.Execution.RunId.ShouldBe(runId);
        listed.Type.Name.ShouldBe("Order");
        listed.TaskQueue.ShouldBe("orders");
        listed.Status.ShouldBe(WorkflowExecutionStatus.Running);
        listed.CloseTime.ShouldBeNull();
        (await host.ListAsync("HistoryLength > 0 OR CloseTime IS NOT NULL")).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_ClosedRun_HasItsEnd()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");
        var task = await host.NextTaskAsync();
        host.Time.Advance(TimeSpan.FromSeconds(3));
        await host.CompleteAsync(task, Commands.Complete());

        var listed = (await host.PageAsync("ExecutionStatus = 'Completed' AND ExecutionDuration = '3s' AND HistoryLength = 5 AND TaskQueue = 'orders'")).Executions.Single();

        listed.CloseTime.ToDateTimeOffset().ShouldBe(host.Time.GetUtcNow());
        listed.ExecutionDuration.ToTimeSpan().ShouldBe(TimeSpan.FromSeconds(3));
        listed.HistoryLength.ShouldBe(5);
        (await host.ListAsync("ExecutionStatus = 'Running'")).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_Pages_FollowEachOther()
    {
        await using var host = await EngineHost.StartAsync();
        foreach (var i in Enumerable.Range(0, 5))
        {
            await host.StartAsync($"order-{i}");
            host.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var first = await host.PageAsync("WorkflowType = 'Order'", 2);
        await host.RestartAsync();
        var second = await host.PageAsync("WorkflowType = 'Order'", 2, first.NextPageToken);
        var third = await host.PageAsync("WorkflowType = 'Order'", 2, second.NextPageToken);

        first.Executions.Concat(second.Executions).Concat(third.Executions).Select(e => e.Execution.WorkflowId).ShouldBe(["order-4", "order-3", "order-2", "order-1", "order-0"]);
        third.NextPageToken.ShouldBeEmpty();
    }

    [Fact]
    public async Task Count_Runs_InAllAndByStatus()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");
        await host.StartAsync("order-2");
        await host.StartAsync("order-3");
        await host.TerminateAsync("order-3");

        (await host.CountAsync("")).Count.ShouldBe(3);
        (await host.CountAsync("ExecutionStatus != 'Running'")).Count.ShouldBe(1);
        (await host.CountAsync("GROUP BY ExecutionStatus")).Groups.Select(g => (g.GroupValues.Single().Data.ToStringUtf8(), g.Count))
            .ShouldBe([("\"Running\"", 2L), ("\"Terminated\"", 1L)]);
        (await host.CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest())).Capabilities.CountGroupByExecutionStatus.ShouldBeTrue();
    }

    [Fact]
    public async Task List_BadQueryOrToken_IsInvalidArgumentAndHarmsNothing()
    {
        await using var host = await EngineHost.StartAsync();
        await host.StartAsync("order-1");

        var query = await Should.ThrowAsync<RpcException>(host.ListAsync("WorkflowId == 'a'"));
        query.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        query.Message.ShouldBe("Invalid query, at character 13: found '='; expected a value: a string between quotes, a number, true or false.");
        (await Should.ThrowAsync<RpcException>(host.CountAsync("("))).Code.ShouldBe(RpcStatusCode.InvalidArgument);
        (await Should.ThrowAsync<RpcException>(host.PageAsync("", 1, ByteString.CopyFromUtf8("mine")))).Code.ShouldBe(RpcStatusCode.InvalidArgument);
        (await host.ListAsync("")).ShouldBe(["order-1"]);
    }

    [Fact]
    public async Task List_UnknownNamespace_IsNotFound()
    {
        await using var host = await EngineHost.StartAsync();

        (await Should.ThrowAsync<RpcException>(host.CallAsync<ListWorkflowExecutionsResponse>(new ListWorkflowExecutionsRequest { Namespace = "other" }))).Code.ShouldBe(RpcStatusCode.NotFound);
    }

    [Fact]
    public async Task List_CallerGone_IsBrokenOff()
    {
        await using var host = await EngineHost.StartAsync();
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(host.CallAsync<ListWorkflowExecutionsResponse>(new ListWorkflowExecutionsRequest { Namespace = "default" }, gone.Token));
        (await host.ListAsync("")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_CallerGoesWhileSqliteWorks_EndsTheStatement()
    {
        await using var host = await EngineHost.StartAsync();
        using var gone = new CancellationTokenSource();
        var steps = 0;

        Should.Throw<OperationCanceledException>(() => host.Engine.Core.Store.Read(reader => reader.Read(
            database =>
            {
                using var endless = database.Prepare("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
                while (endless.Step())
                {
                    if (++steps == 1_000)
                        gone.Cancel();
                }

                return 0;
            },
            gone.Token)));
    }

    [Fact]
    public async Task Store_OfVersion1_OpensWithItsRunsListed()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Engine.DisposeAsync();
        foreach (var file in Directory.GetFiles(host.Directory, "engine.db*"))
            File.Delete(file);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Fixtures", "store-v1.db"), Path.Combine(host.Directory, "engine.db"));
        await host.OpenAsync();

        (await host.ListAsync("ORDER BY WorkflowId")).ShouldBe(["order-child", "order-failed", "order-open", "order-parent"]);
        (await host.ListAsync("ExecutionStatus = 'Failed' AND ExecutionDuration = '5s' AND HistoryLength > 0")).ShouldBe(["order-failed"]);
        (await host.ListAsync("ParentWorkflowId = 'order-parent' AND CustomerId = 'c-2' AND TemporalChangeVersion = 'change-1'")).ShouldBe(["order-child"]);
        (await host.ListAsync("CustomerId = 'c-1' AND Amount = 12 AND ExecutionStatus = 'Running'")).ShouldBe(["order-open"]);
        (await host.AttributesAsync()).CustomAttributes.ShouldBe(
            new Dictionary<string, IndexedValueType> { ["CustomerId"] = IndexedValueType.Keyword, ["Amount"] = IndexedValueType.Int }, ignoreOrder: true);
        var listed = (await host.PageAsync("WorkflowId = 'order-open'")).Executions.Single();
        listed.Memo.Fields["note"].Data.ToStringUtf8().ShouldBe("\"kept\"");

        // What was running goes on.
        await host.CompleteActivityAsync(await host.NextActivityAsync());
        await host.CompleteAsync(await host.NextTaskAsync(), Commands.Complete());
        (await host.ListAsync("CustomerId = 'c-1'")).ShouldBe(["order-open"]);
        (await host.CountAsync("ExecutionStatus = 'Completed'")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Store_AfterDeletionOfARun_HasNothingOfItInTheIndex()
    {
        await using var host = await EngineHost.StartAsync();
        await host.RegisterAsync("Stage", IndexedValueType.Keyword);
        await host.StartAsync("order-1", r => r.SearchAttributes = SearchCalls.Attributes("Stage", "\"new\""));
        await host.TerminateAsync("order-1");
        var unit = new StoreUnit(new CommitLine());
        unit.Changes.Add(new RunDeleted(1));
        host.Engine.Core.Store.Enqueue(unit);
        await unit.Committed;

        (await host.ListAsync("Stage = 'new' OR Stage IS NULL")).ShouldBeEmpty();
        host.Engine.Core.Store.Read(r => r.Read(d => d.ScalarInt64("SELECT count(*) FROM search_attributes"), CancellationToken.None)).ShouldBe(0);
    }
}
