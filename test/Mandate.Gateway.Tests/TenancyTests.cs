using Google.Protobuf;
using Mandate.Audit;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tests;

/// <summary>Walls between tenants in a namespace they share, and around one that a tenant has to itself.</summary>
public sealed class TenancyTests : IAsyncLifetime
{
    private const string Victim = "order-of-alice";

    private static readonly Dictionary<string, Func<string, IMessage>> Calls = new()
    {
        ["describe"] = id => new DescribeWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, Execution = new() { WorkflowId = id } },
        ["history"] = id => new GetWorkflowExecutionHistoryRequest { Namespace = GatewayFixture.Namespace, Execution = new() { WorkflowId = id } },
        ["history, waiting"] = id => new GetWorkflowExecutionHistoryRequest { Namespace = GatewayFixture.Namespace, Execution = new() { WorkflowId = id }, WaitNewEvent = true },
        ["history, reverse"] = id => new GetWorkflowExecutionHistoryReverseRequest { Namespace = GatewayFixture.Namespace, Execution = new() { WorkflowId = id } },
        ["query"] = id => new QueryWorkflowRequest { Namespace = GatewayFixture.Namespace, Execution = new() { WorkflowId = id }, Query = new() { QueryType = "state" } },
        ["poll update"] = id => new PollWorkflowExecutionUpdateRequest { Namespace = GatewayFixture.Namespace, UpdateRef = new() { WorkflowExecution = new() { WorkflowId = id }, UpdateId = "u" } },
        ["signal"] = id => new SignalWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = id }, SignalName = "go" },
        ["update"] = id => new UpdateWorkflowExecutionRequest
        {
            Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = id }, Request = new() { Meta = new() { UpdateId = "u" }, Input = new() { Name = "change" } },
        },
        ["cancel"] = id => new RequestCancelWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = id } },
        ["terminate"] = id => new TerminateWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = id } },
        ["delete"] = id => new DeleteWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = id } },
        ["reset"] = id => new ResetWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = id }, WorkflowTaskFinishEventId = 4 },
    };

    private GatewayFixture _gateway = null!;

    public static TheoryData<string> CallNames() => new(Calls.Keys);

    public async Task InitializeAsync()
    {
        _gateway = await GatewayFixture.StartAsync();
        await _gateway.StartAsync(Callers.Alice, Victim);
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Theory]
    [MemberData(nameof(CallNames))]
    [Scenario("identity", 19)]
    public async Task Call_OnAnotherTenantsRun_IsAnsweredAsOnOneThatNeverWas(string call)
    {
        var unknown = await _gateway.RefusedAsync(Callers.Carol, Calls[call]("never-was"));

        var refused = await _gateway.RefusedAsync(Callers.Carol, Calls[call](Victim));

        refused.Code.ShouldBe(RpcStatusCode.NotFound);
        refused.Message.Replace(Victim, "?", StringComparison.Ordinal).ShouldBe(unknown.Message.Replace("never-was", "?", StringComparison.Ordinal));
        refused.Details.ShouldBe(unknown.Details);
        (await _gateway.HistoryAsync(Victim)).Select(e => e.EventType).ShouldBe([EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled]);
        var denial = await _gateway.LastDenialAsync("globex");
        (denial.Metadata["reason"], denial.Resource.Id, denial.Actor.Id).ShouldBe(("execution-of-another-tenant", Victim, "carol"));
        denial.Metadata.ContainsKey("initiator").ShouldBeFalse();
    }

    [Fact]
    [Scenario("identity", 19)]
    public async Task Call_OnAnotherTenantsRunById_IsNotFoundAlthoughTheRunIdIsRight()
    {
        var runId = (await _gateway.HistoryAsync(Victim))[0].WorkflowExecutionStartedEventAttributes.OriginalExecutionRunId;
        // Known to the pipeline by now.
        await _gateway.PollAsync(Callers.Worker);

        var refused = await _gateway.RefusedAsync(
            Callers.Carol, new DescribeWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, Execution = new() { WorkflowId = Victim, RunId = runId } });
        await _gateway.StartAsync(Callers.Carol, "mine");
        var mixed = await _gateway.RefusedAsync(
            Callers.Carol, new DescribeWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, Execution = new() { WorkflowId = "mine", RunId = runId } });

        refused.Code.ShouldBe(RpcStatusCode.NotFound);
        mixed.Code.ShouldBe(RpcStatusCode.NotFound);
    }

    [Theory]
    [MemberData(nameof(CallNames))]
    public async Task Call_OnARunOfTheOwnTenant_IsNotInTheWay(string call)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var error = await Record.ExceptionAsync(() => _gateway.CallAsync<IMessage>(Callers.Bob, Calls[call](Victim), cancellation: patience.Token));

        // Whatever the engine says to it, it is the engine that says it.
        if (error is RpcException refused)
            (refused.Code, GatewayRefusal.ReasonOf(refused)).ShouldSatisfyAllConditions(r => r.Item2.ShouldBeNull(), r => r.Code.ShouldNotBe(RpcStatusCode.PermissionDenied));
    }

    [Fact]
    [Scenario("identity", 19)]
    public async Task ListAndCount_ShowEachTenantItsOwnRuns_WithFullPages()
    {
        for (var i = 0; i < 7; i++)
        {
            await _gateway.StartAsync(Callers.Carol, $"globex-{i}");
            await _gateway.StartAsync(Callers.Alice, $"acme-{i}");
        }

        (await ListAsync(Callers.Carol, "", pageSize: 3)).ShouldBe(Enumerable.Range(0, 7).Select(i => $"globex-{i}"), ignoreOrder: true);
        (await ListAsync(Callers.Alice, "WorkflowType = 'Order' ORDER BY StartTime", pageSize: 3)).Count.ShouldBe(8);
        (await CountAsync(Callers.Carol, "")).ShouldBe(7);
        (await CountAsync(Callers.Alice, "WorkflowId = 'globex-1' OR WorkflowId = 'acme-1'")).ShouldBe(1);
        (await CountAsync(Callers.Operator, "")).ShouldBe(15);
    }

    [Theory]
    [InlineData("WorkflowType = 'Order') OR (WorkflowType = 'Order'")]
    [InlineData("WorkflowType = 'Order' OR MandateTenant = 'acme'")]
    [InlineData("MandateTenant = 'acme'")]
    [InlineData("1 = 1) OR (1 = 1")]
    [InlineData("WorkflowType = 'x' -- ")]
    [InlineData("WorkflowType = 'x' /* ' */ OR WorkflowType = 'Order' /* ' */")]
    [InlineData("WorkflowType = 'a\\' OR WorkflowType = 'Order'")]
    [InlineData("WorkflowType = 'Order' ORDER BY StartTime OR WorkflowType = 'Order'")]
    [InlineData("WorkflowType = 'Order' ORDER BY StartTime) OR (WorkflowType = 'Order'")]
    [InlineData("WorkflowType = 'Order'; WorkflowType = 'Order'")]
    [InlineData("ORDER BY StartTime")]
    [InlineData("WorkflowType = \"Order\" || WorkflowType = `Order`")]
    public async Task List_QueryThatReachesForOthers_ShowsNothingOfThem(string query)
    {
        await _gateway.StartAsync(Callers.Carol, "globex-1");

        foreach (var request in (IMessage[])
            [new ListWorkflowExecutionsRequest { Namespace = GatewayFixture.Namespace, Query = query }, new CountWorkflowExecutionsRequest { Namespace = GatewayFixture.Namespace, Query = query }])
        {
            try
            {
                var answer = await _gateway.CallAsync<IMessage>(Callers.Carol, request);
                if (answer is ListWorkflowExecutionsResponse list)
                    list.Executions.ShouldAllBe(e => e.Execution.WorkflowId == "globex-1");
                else
                    ((CountWorkflowExecutionsResponse)answer).Count.ShouldBeLessThanOrEqualTo(1);
            }
            catch (RpcException e)
            {
                e.Code.ShouldBe(RpcStatusCode.InvalidArgument);
            }
        }
    }

    [Theory]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, WorkflowIdConflictPolicy.Fail)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, WorkflowIdConflictPolicy.UseExisting)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, WorkflowIdConflictPolicy.TerminateExisting)]
    [InlineData(WorkflowIdReusePolicy.TerminateIfRunning, WorkflowIdConflictPolicy.Unspecified)]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate, WorkflowIdConflictPolicy.Unspecified)]
    public async Task Start_IdOfAnotherTenant_OpenOrClosed_TellsNothingAndTouchesNothing(WorkflowIdReusePolicy reuse, WorkflowIdConflictPolicy conflict)
    {
        Task<RpcException> TryAsync()
        {
            var request = GatewayFixture.StartRequest(Victim);
            (request.WorkflowIdReusePolicy, request.WorkflowIdConflictPolicy) = (reuse, conflict);
            return _gateway.RefusedAsync(Callers.Carol, request);
        }

        var whileOpen = await TryAsync();
        var types = (await _gateway.HistoryAsync(Victim)).Select(e => e.EventType).ToList();
        await _gateway.Engine.Handler.CallAsync<TerminateWorkflowExecutionResponse>(new TerminateWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = Victim } });
        var whenClosed = await TryAsync();

        types.ShouldBe([EventType.WorkflowExecutionStarted, EventType.WorkflowTaskScheduled]);
        (whenClosed.Code, whenClosed.Message, whenClosed.Details.Count).ShouldBe((whileOpen.Code, whileOpen.Message, whileOpen.Details.Count));
        whileOpen.Code.ShouldBe(RpcStatusCode.PermissionDenied);
        whileOpen.Details.ShouldBeEmpty();
        var denial = await _gateway.LastDenialAsync("globex");
        (denial.Type, denial.Metadata["reason"]).ShouldBe(("execution.start", GatewayRefusal.WorkflowIdOfAnotherTenant));
    }

    [Fact]
    public async Task Start_RequestIdOfAnotherTenantsStart_DoesNotHitUponItsRun()
    {
        var request = GatewayFixture.StartRequest("theirs");
        await _gateway.CallAsync<StartWorkflowExecutionResponse>(Callers.Alice, request);

        (await _gateway.RefusedAsync(Callers.Carol, request)).Code.ShouldBe(RpcStatusCode.PermissionDenied);

        // While the tenant's own repeated request is the same one.
        (await _gateway.CallAsync<StartWorkflowExecutionResponse>(Callers.Alice, request)).RunId.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Start_IdOfTheOwnTenant_FollowsThePoliciesOfTheCaller()
    {
        var first = (await _gateway.HistoryAsync(Victim))[0].WorkflowExecutionStartedEventAttributes.OriginalExecutionRunId;

        (await _gateway.RefusedAsync(Callers.Bob, GatewayFixture.StartRequest(Victim))).Code.ShouldBe(RpcStatusCode.AlreadyExists);
        (await _gateway.StartAsync(Callers.Bob, Victim, r => r.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting)).ShouldBe(first);
        var second = await _gateway.StartAsync(Callers.Bob, Victim, r => r.WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.TerminateExisting);
        second.ShouldNotBe(first);
        await _gateway.CallAsync<TerminateWorkflowExecutionResponse>(Callers.Bob, Calls["terminate"](Victim));
        (await _gateway.StartAsync(Callers.Bob, Victim)).ShouldNotBe(second);
    }

    [Fact]
    public async Task SignalWithStart_IdOfAnotherTenant_ReachesNobody()
    {
        var refused = await _gateway.RefusedAsync(Callers.Carol, new SignalWithStartWorkflowExecutionRequest
        {
            Namespace = GatewayFixture.Namespace, WorkflowId = Victim, WorkflowType = new() { Name = "Order" }, TaskQueue = new() { Name = GatewayFixture.Queue }, SignalName = "go",
        });

        refused.Code.ShouldBe(RpcStatusCode.PermissionDenied);
        (await _gateway.HistoryAsync(Victim)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Poll_ByAWorkerOfAnotherTenant_GetsNoTaskAndIsRecorded()
    {
        (await _gateway.PollAsync(Callers.GlobexWorker)).TaskToken.IsEmpty.ShouldBeTrue();

        (await _gateway.LastDenialAsync("globex")).Metadata["reason"].ShouldBe("task-of-another-tenant");
    }

    [Fact]
    public async Task Namespace_OfOneTenant_DoesNotExistForOthers()
    {
        await using var gateway = await GatewayFixture.StartAsync((fixture, o) =>
        {
            File.WriteAllText(fixture.File("policy.json"), """
                { "version": 1, "tenants": { "acme": { "namespaces": ["acme-own"] } }, "rules": [{ "name": "all", "effect": "allow" }] }
                """);
            return o with { PolicyFile = fixture.File("policy.json") };
        });

        await gateway.StartAsync(Callers.Alice, "order-1", r => r.Namespace = "acme-own");
        foreach (var request in (IMessage[])
        [
            new DescribeNamespaceRequest { Namespace = "acme-own" },
            new PollWorkflowTaskQueueRequest { Namespace = "acme-own", TaskQueue = new() { Name = GatewayFixture.Queue } },
            new ListWorkflowExecutionsRequest { Namespace = "acme-own" },
            new StartWorkflowExecutionRequest(GatewayFixture.StartRequest("order-2")) { Namespace = "acme-own" },
            new DescribeWorkflowExecutionRequest { Namespace = "acme-own", Execution = new() { WorkflowId = "order-1" } },
        ])
        {
            var refused = await gateway.RefusedAsync(Callers.Carol, request);
            refused.Code.ShouldBe(RpcStatusCode.NotFound, request.Descriptor.Name);
            refused.Message.ShouldContain("Namespace 'acme-own' does not exist");
        }

        (await gateway.AuditAsync("globex")).Count(e => e.Result == AuditResult.Denied).ShouldBe(5);
    }

    private async Task<List<string>> ListAsync(Caller caller, string query, int pageSize)
    {
        var ids = new List<string>();
        var token = ByteString.Empty;
        do
        {
            var page = await _gateway.CallAsync<ListWorkflowExecutionsResponse>(
                caller, new ListWorkflowExecutionsRequest { Namespace = GatewayFixture.Namespace, Query = query, PageSize = pageSize, NextPageToken = token });
            if (!page.NextPageToken.IsEmpty)
                page.Executions.Count.ShouldBe(pageSize, "pages are full until the last");
            ids.AddRange(page.Executions.Select(e => e.Execution.WorkflowId));
            token = page.NextPageToken;
        }
        while (!token.IsEmpty);
        return ids;
    }

    private async Task<long> CountAsync(Caller caller, string query) =>
        (await _gateway.CallAsync<CountWorkflowExecutionsResponse>(caller, new CountWorkflowExecutionsRequest { Namespace = GatewayFixture.Namespace, Query = query })).Count;
}
