using Mandate.Audit;
using Mandate.Gateway.Authorization;
using Mandate.Gateway.Calls;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tests;

/// <summary>The rules of a policy file.</summary>
public sealed class PolicyTests
{
    private const string AllowAll = """{ "name": "all", "effect": "allow" }""";

    public static TheoryData<string, string> Broken() => new()
    {
        { "", "is not JSON" },
        { "[]", "must be an object" },
        { """{ "version": 2, "rules": [] }""", "'version' must be 1" },
        { """{ "version": 1 }""", "'rules' is missing" },
        { """{ "version": 1, "rules": [], "ruels": [] }""", "'ruels', which does not exist" },
        { """{ "version": 1, "rules": [{ "effect": "allow" }] }""", "has no 'name'" },
        { """{ "version": 1, "rules": [{ "name": "a", "effect": "permit" }] }""", "\"allow\" or \"deny\"" },
        { """{ "version": 1, "rules": [{ "name": "a", "effect": "allow", "rpcs": [] }] }""", "matches nothing" },
        { """{ "version": 1, "rules": [{ "name": "a", "effect": "allow", "rpcs": ["StartWorkflow"] }] }""", "'StartWorkflow', which does not exist" },
        { """{ "version": 1, "rules": [{ "name": "a", "effect": "allow", "rpcs": ["@strat"] }] }""", "'@strat', which does not exist" },
        { """{ "version": 1, "rules": [{ "name": "a", "effect": "allow", "commands": ["Explode"] }] }""", "'Explode', which does not exist" },
        { """{ "version": 1, "rules": [{ "name": "a", "effect": "allow", "callers": { "kind": ["user"] } }] }""", "'kind', which does not exist" },
        { """{ "version": 1, "rules": [{ "name": "a", "effect": "allow", "callers": { "kinds": ["robot"] } }] }""", "'robot'" },
        { """{ "version": 1, "rules": [{ "name": "a", "effect": "allow" }, { "name": "a", "effect": "deny" }] }""", "two rules are called 'a'" },
        { """{ "version": 1, "dryRun": "yes", "rules": [] }""", "'dryRun' must be true or false" },
        { """{ "version": 1, "tenants": { "a": { "namespaces": ["n"] }, "b": { "namespaces": ["n"] } }, "rules": [] }""", "given to 'a' and to 'b'" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Read_FileThatDoesNotHold_SaysWhatIsWrong(string json, string problem) =>
        Should.Throw<PolicyException>(() => Read(json)).Message.ShouldContain(problem);

    [Fact]
    public void Decide_NoRule_IsDenied() => Read("""{ "version": 1, "rules": [] }""").Decide(Start()).ShouldBe(new(IsAllowed: false, Rule: null));

    [Theory]
    [InlineData("""{ "name": "r", "effect": "deny", "workflowTypes": ["Ord*"] }""", true)]
    [InlineData("""{ "name": "r", "effect": "deny", "workflowTypes": ["*r"] }""", true)]
    [InlineData("""{ "name": "r", "effect": "deny", "workflowTypes": ["ord*"] }""", false)]
    [InlineData("""{ "name": "r", "effect": "deny", "taskQueues": ["{tenant}-*"] }""", true)]
    [InlineData("""{ "name": "r", "effect": "deny", "taskQueues": ["globex-*"] }""", false)]
    [InlineData("""{ "name": "r", "effect": "deny", "namespaces": ["default"] }""", true)]
    [InlineData("""{ "name": "r", "effect": "deny", "rpcs": ["@start"] }""", true)]
    [InlineData("""{ "name": "r", "effect": "deny", "rpcs": ["StartWorkflow*"] }""", true)]
    [InlineData("""{ "name": "r", "effect": "deny", "rpcs": ["@read"] }""", false)]
    [InlineData("""{ "name": "r", "effect": "deny", "signals": ["go"] }""", false)]
    [InlineData("""{ "name": "r", "effect": "deny", "commands": ["*"] }""", false)]
    [InlineData("""{ "name": "r", "effect": "deny", "callers": { "kinds": ["user"], "subjects": ["al*"] } }""", true)]
    [InlineData("""{ "name": "r", "effect": "deny", "callers": { "kinds": ["worker"] } }""", false)]
    [InlineData("""{ "name": "r", "effect": "deny", "callers": { "tenants": ["globex"] } }""", false)]
    [InlineData("""{ "name": "r", "effect": "deny", "callers": { "scopes": ["admin"] } }""", false)]
    [InlineData("""{ "name": "r", "effect": "deny", "tenants": ["acme"] }""", true)]
    public void Decide_ARuleThatDenies_OverrulesOneThatAllows(string rule, bool denies) =>
        Read($$"""{ "version": 1, "rules": [{{AllowAll}}, {{rule}}] }""").Decide(Start()).IsAllowed.ShouldBe(!denies);

    [Fact]
    public void Decide_PatternWithTenant_DoesNotTakeTheTenantsOwnStarForOne()
    {
        var policy = Read("""{ "version": 1, "rules": [{ "name": "own", "effect": "allow", "taskQueues": ["{tenant}"] }] }""");
        var star = new Caller { Subject = "x", Kind = CallerKind.User, Principal = new("x", "*"), CredentialId = "t" };

        policy.Decide(Start() with { Caller = star, Tenant = "*", TaskQueue = "payments" }).IsAllowed.ShouldBeFalse();
        policy.Decide(Start() with { Caller = star, Tenant = "*", TaskQueue = "*" }).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task Signal_NameAndTypeThatARuleDenies_IsRefusedAndRecordedWithTheRule()
    {
        await using var gateway = await StartAsync($$"""{ "version": 1, "rules": [{{AllowAll}}, { "name": "no refunds", "effect": "deny", "workflowTypes": ["Order"], "signals": ["refund"] }] }""");
        await gateway.StartAsync(Callers.Alice, "order-1");

        (await gateway.RefusedAsync(Callers.Alice, Signal("refund"))).Code.ShouldBe(RpcStatusCode.PermissionDenied);
        await gateway.CallAsync<SignalWorkflowExecutionResponse>(Callers.Alice, Signal("approve"));

        (await gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("policy:no refunds");
        (await gateway.HistoryAsync("order-1")).Count(e => e.EventType == EventType.WorkflowExecutionSignaled).ShouldBe(1);
    }

    [Theory]
    [InlineData("StartChildWorkflowExecution", "children")]
    [InlineData("ScheduleActivityTask", "orders")]
    [InlineData("SignalExternalWorkflowExecution", "orders")]
    [InlineData("RequestCancelExternalWorkflowExecution", "orders")]
    [InlineData("ContinueAsNewWorkflowExecution", "orders")]
    public async Task Complete_CommandThatARuleDenies_FailsTheTaskAndIsRecorded(string command, string queue)
    {
        await using var gateway = await StartAsync(
            $$"""{ "version": 1, "rules": [{{AllowAll}}, { "name": "not so", "effect": "deny", "tenants": ["acme"], "commands": ["{{command}}"], "taskQueues": ["{{queue}}"] }] }""");
        await gateway.StartAsync(Callers.Alice, "order-1");
        var task = await gateway.PollAsync(Callers.Worker);

        var refused = await gateway.RefusedAsync(Callers.Worker, GatewayFixture.Completion(task,
            GatewayFixture.Activity(), GatewayFixture.Child("child"), GatewayFixture.SignalOther("order-1"), GatewayFixture.CancelOther("order-1"), GatewayFixture.ContinueAsNew()));

        refused.Code.ShouldBe(RpcStatusCode.InvalidArgument);
        refused.Message.ShouldContain(command);
        (await gateway.HistoryAsync("order-1")).ShouldContain(e => e.EventType == EventType.WorkflowTaskFailed);
        (await gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("policy:not so");
    }

    [Fact]
    public async Task Poll_RunOfATypeTheWorkerMayNotHave_IsNotHandedOver()
    {
        await using var gateway = await StartAsync(
            $$"""{ "version": 1, "rules": [{{AllowAll}}, { "name": "no orders", "effect": "deny", "callers": { "kinds": ["worker"] }, "workflowTypes": ["Order"] }] }""");
        await gateway.StartAsync(Callers.Alice, "order-1");

        (await gateway.PollAsync(Callers.Worker)).TaskToken.IsEmpty.ShouldBeTrue();

        (await gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("policy:no orders");
    }

    [Fact]
    public async Task Poll_StickyQueueThatIsAnothersNormalQueue_IsJudgedByTheRunThatComes()
    {
        await using var gateway = await StartAsync(
            $$"""{ "version": 1, "rules": [{{AllowAll}}, { "name": "not payments", "effect": "deny", "callers": { "kinds": ["worker"] }, "taskQueues": ["payments"] }] }""");
        await gateway.StartAsync(Callers.Alice, "payment-1", r => r.TaskQueue.Name = "payments");

        var task = await gateway.CallAsync<PollWorkflowTaskQueueResponse>(Callers.Worker, new PollWorkflowTaskQueueRequest
        {
            Namespace = GatewayFixture.Namespace, TaskQueue = new() { Name = "payments", Kind = TaskQueueKind.Sticky, NormalName = "harmless" },
        });

        task.TaskToken.IsEmpty.ShouldBeTrue();
        (await gateway.LastDenialAsync("acme")).Metadata["reason"].ShouldBe("policy:not payments");
    }

    [Fact]
    public async Task DryRun_WhatRulesDeny_HappensAndIsRecordedAndLogged_ButTenantsStayApart()
    {
        await using var gateway = await StartAsync("""{ "version": 1, "dryRun": true, "rules": [] }""");

        await gateway.StartAsync(Callers.Alice, "order-1");

        var denial = (await gateway.AuditAsync("acme")).Single(e => e.Type == "authorization.dry-run");
        (denial.Metadata["reason"], denial.Metadata["dryRun"], denial.Metadata["operation"]).ShouldBe(("policy:no-rule-allows", "true", "StartWorkflowExecution"));
        gateway.Loggers.Lines.ShouldContain(l => l.Contains("would be denied", StringComparison.Ordinal));
        (await gateway.RefusedAsync(Callers.Carol, new DescribeWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, Execution = new() { WorkflowId = "order-1" } }))
            .Code.ShouldBe(RpcStatusCode.NotFound);
    }

    [Fact]
    public async Task Reload_ChangedFile_HoldsForTheNextCall_AndABrokenOneKeepsTheOld()
    {
        await using var gateway = await StartAsync($$"""{ "version": 1, "rules": [{{AllowAll}}] }""");
        await gateway.StartAsync(Callers.Alice, "order-1");
        var path = gateway.File("policy.json");

        File.WriteAllText(path, """{ "version": 1, "rules": [{ "name": "nothing", "effect": "deny" }] }""");
        (await gateway.Pipeline.ReloadPolicyAsync()).ShouldBeTrue();
        (await gateway.RefusedAsync(Callers.Alice, GatewayFixture.StartRequest("order-2"))).Code.ShouldBe(RpcStatusCode.PermissionDenied);

        File.WriteAllText(path, "{ broken");
        (await gateway.Pipeline.ReloadPolicyAsync()).ShouldBeFalse();
        (await gateway.Pipeline.ReloadPolicyAsync()).ShouldBeFalse();
        (await gateway.RefusedAsync(Callers.Alice, GatewayFixture.StartRequest("order-3"))).Code.ShouldBe(RpcStatusCode.PermissionDenied);
        gateway.Loggers.Lines.Count(l => l.Contains("stays in force", StringComparison.Ordinal)).ShouldBe(1);
        var changes = (await gateway.AuditAsync(AuditLedger.SystemTenant)).Where(e => e.Type == "configuration.update" && e.Resource.Type == "policy").ToList();
        changes.Select(e => e.Result).ShouldBe([AuditResult.Success, AuditResult.Failure]);
        changes[0].Metadata["sha256.after"].ShouldNotBe(changes[0].Metadata["sha256.before"]);
    }

    [Fact]
    public async Task Start_BrokenPolicyFile_RefusesToStart() =>
        (await Should.ThrowAsync<PolicyException>(() => StartAsync("{ broken"))).Message.ShouldContain("policy.json");

    private static Policy Read(string json) => PolicyReader.Read(System.Text.Encoding.UTF8.GetBytes(json), "the test's policy");

    private static PolicyAction Start() => new(Callers.Alice, "acme", RpcGroup.Start, "StartWorkflowExecution", "default") { WorkflowType = "Order", TaskQueue = "acme-orders" };

    private static SignalWorkflowExecutionRequest Signal(string name) => new()
    {
        Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = "order-1" }, SignalName = name,
    };

    private static Task<GatewayFixture> StartAsync(string policy) => GatewayFixture.StartAsync((fixture, o) =>
    {
        File.WriteAllText(fixture.File("policy.json"), policy);
        return o with { PolicyFile = fixture.File("policy.json") };
    });
}
