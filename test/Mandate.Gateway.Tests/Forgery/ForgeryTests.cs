using System.Text;
using Google.Protobuf;
using Mandate.Audit;
using Mandate.Identity.Callers;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Gateway.Tests.Forgery;

/// <summary>
/// More than two hundred generated attacks against the whole pipeline: forged and altered tokens, envelopes and task tokens, swaps between runs, tenants and namespaces, header injection, replay,
/// downgrade, key confusion, oversized input. Each is refused or stripped, each stands in the ledger, and honest calls go through all the while.
/// </summary>
public sealed class ForgeryTests : IAsyncLifetime, IDisposable
{
    private const int AtLeast = 200;

    private readonly Tokens _tokens = new();
    private CallerAuthenticator _authenticator = null!;
    private GatewayFixture _gateway = null!;

    public async Task InitializeAsync()
    {
        _authenticator = _tokens.Authenticator();
        _gateway = await GatewayFixture.StartAsync((_, o) => o with { Authenticator = _authenticator });
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _authenticator.Dispose();
    }

    public void Dispose() => _tokens.Dispose();

    [Fact]
    [Scenario("identity", 17)]
    public async Task Attacks_AllOfThem_AreRefusedOrStripped_StandInTheLedger_AndNobodyElseNotices()
    {
        var attacks = await AttacksAsync();
        attacks.Count.ShouldBeGreaterThanOrEqualTo(AtLeast);
        attacks.Select(a => a.Name).ShouldBeUnique();
        using var stop = new CancellationTokenSource();
        var honest = WorkHonestlyAsync(stop.Token);
        var before = await DenialsAsync();

        var gaps = new List<string>();
        foreach (var attack in attacks)
        {
            if (await FaultAsync(attack, before) is { } fault)
                gaps.Add($"{attack}: {fault}");
        }

        gaps.ShouldBeEmpty();
        await stop.CancelAsync();
        (await honest).ShouldBeGreaterThan(attacks.Count / 20, "honest work went on");
        (await _gateway.Ledger.VerifyAsync("acme")).IsValid.ShouldBeTrue();
        (await _gateway.Ledger.VerifyAsync(AuditLedger.SystemTenant)).IsValid.ShouldBeTrue();
    }

    /// <summary>Null when the attack ended as it must and stands in the ledger.</summary>
    private async Task<string?> FaultAsync(Attack attack, Dictionary<string, int> denials)
    {
        RpcException? refused = null;
        try
        {
            await _gateway.Pipeline.Handler(new RpcCall(attack.Request) { Metadata = attack.Metadata, Peer = "203.0.113.9:5" }).WithinLimit();
        }
        catch (RpcException e)
        {
            refused = e;
        }

        if (attack.Outcome == Outcome.Refused && refused is null)
            return "it was let through";
        if (attack.Outcome == Outcome.Refused && refused!.Code is RpcStatusCode.Internal or RpcStatusCode.Unknown)
            return $"it was answered {refused!.Code}: {refused.Message}";
        if (attack.Outcome == Outcome.Stripped && refused is not null)
            return $"the honest rest of it was refused: {refused.Code} {refused.Message}";
        if (attack.MustNotExist.Length > 0 && await _gateway.ExistsAsync(attack.MustNotExist))
            return $"{attack.MustNotExist} was started";
        var now = (await DenialsAsync()).GetValueOrDefault(attack.Tenant);
        if (now <= denials.GetValueOrDefault(attack.Tenant))
            return $"it does not stand in the ledger of {attack.Tenant}";
        denials[attack.Tenant] = now;
        return null;
    }

    private async Task<Dictionary<string, int>> DenialsAsync()
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var tenant in (string[])[AuditLedger.SystemTenant, "acme", "globex"])
            counts[tenant] = (await _gateway.AuditAsync(tenant)).Count(e => e.Result == AuditResult.Denied);
        return counts;
    }

    /// <summary>Starts and completes runs until told to stop; an honest call that fails ends it.</summary>
    private async Task<int> WorkHonestlyAsync(CancellationToken stop)
    {
        var token = Authorization(_tokens.Good("bob", "acme"));
        var worker = Authorization(Worker());
        for (var done = 0; ; done++)
        {
            if (stop.IsCancellationRequested)
                return done;
            var start = GatewayFixture.StartRequest($"honest-{done}", "honest");
            start.WorkflowTaskTimeout = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMinutes(5));
            await _gateway.Pipeline.Handler(new RpcCall(start) { Metadata = token }).WithinLimit();
            var task = (PollWorkflowTaskQueueResponse)await _gateway.Pipeline.Handler(
                new RpcCall(new PollWorkflowTaskQueueRequest { Namespace = GatewayFixture.Namespace, TaskQueue = new() { Name = "honest" } }) { Metadata = worker }).WithinLimit();
            await _gateway.Pipeline.Handler(new RpcCall(GatewayFixture.Completion(task, GatewayFixture.Complete())) { Metadata = worker }).WithinLimit();
        }
    }

    private async Task<List<Attack>> AttacksAsync()
    {
        var attacks = new List<Attack>();
        await _gateway.Pipeline.For(Callers.Alice).CallAsync<StartWorkflowExecutionResponse>(GatewayFixture.StartRequest("alices"));
        await _gateway.Pipeline.For(Callers.Carol).CallAsync<StartWorkflowExecutionResponse>(GatewayFixture.StartRequest("carols", "globex-queue"));
        AddTokens(attacks);
        AddInjections(attacks);
        await AddEnvelopesAsync(attacks);
        await AddTaskTokensAsync(attacks);
        AddCrossTenant(attacks);
        AddOversized(attacks);
        return attacks;
    }

    /// <summary>Credentials that are not good. Nobody is known, so the denial stands in the system's ledger.</summary>
    private void AddTokens(List<Attack> attacks)
    {
        foreach (var (name, token) in _tokens.Forged("alice", "acme").Concat(_tokens.Flipped("alice", "acme", 60)))
        {
            var id = $"forged-{attacks.Count}";
            attacks.Add(new($"token: {name}", GatewayFixture.StartRequest(id), Authorization(token), Outcome.Refused, AuditLedger.SystemTenant) { MustNotExist = id });
        }

        var good = _tokens.Good("alice", "acme");
        foreach (var (name, metadata) in ((string, RpcMetadata)[])
        [
            ("none", RpcMetadata.Empty),
            ("two tokens", new([new("authorization", $"Bearer {good}"), new("authorization", $"Bearer {_tokens.Good("carol", "globex")}")])),
            ("token and API key", new([new("authorization", $"Bearer {good}"), new("x-api-key", "mk_x_y")])),
            ("token without its scheme", new([new("authorization", good)])),
            ("token as basic", new([new("authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(good))}")])),
            ("token in another header", new([new("x-authorization", $"Bearer {good}")])),
            ("two tokens in one value", new([new("authorization", $"Bearer {good}, Bearer {good}")])),
            ("token after a line break", new([new("authorization", $"Bearer \r\n {good}x")])),
        ])
        {
            var id = $"credentials-{attacks.Count}";
            attacks.Add(new($"credentials: {name}", GatewayFixture.StartRequest(id), metadata, Outcome.Refused, AuditLedger.SystemTenant) { MustNotExist = id });
        }
    }

    /// <summary>Claims about oneself in metadata, headers and search attributes.</summary>
    private void AddInjections(List<Attack> attacks)
    {
        var envelope = _gateway.Signer.SignPrincipal(new("root", "globex"), GatewayFixture.Namespace, "alices");
        foreach (var name in (string[])["mandate-principal", "mandate-actor", "x-forwarded-user", "x-forwarded-tenant", "X-Forwarded-User", "MANDATE-PRINCIPAL"])
        {
            foreach (var value in (string[])["root@globex", envelope, "a\r\nb"])
            {
                attacks.Add(new(
                    $"metadata: {name}, {value.Length} characters, {attacks.Count}", new DescribeWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, Execution = new() { WorkflowId = "alices" } },
                    Authorization(_tokens.Good("alice", "acme")).With(new RpcMetadata([new(name, value)])), Outcome.Stripped, "acme"));
            }
        }

        foreach (var name in (string[])["mandate-principal", "Mandate-Principal", " mandate-principal", "mandate-principal ", "MANDATE-ACTOR", "mandate-actor"])
        {
            var start = GatewayFixture.StartRequest($"header-{attacks.Count}");
            start.Header = GatewayFixture.HeaderOf(name, envelope);
            attacks.Add(new($"start header '{name}'", start, Authorization(_tokens.Good("alice", "acme")), Outcome.Stripped, "acme"));
            attacks.Add(new(
                $"signal header '{name}'",
                new SignalWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = "alices" }, SignalName = "go", Header = GatewayFixture.HeaderOf(name, envelope) },
                Authorization(_tokens.Good("alice", "acme")), Outcome.Stripped, "acme"));
        }

        var tenant = GatewayFixture.StartRequest($"tenant-{attacks.Count}");
        tenant.SearchAttributes = new() { IndexedFields = { ["MandateTenant"] = GatewayFixture.Text("globex") } };
        attacks.Add(new("start names its tenant", tenant, Authorization(_tokens.Good("alice", "acme")), Outcome.Stripped, "acme"));
    }

    /// <summary>Principals in commands: altered, swapped, replayed, of another kind, of another issuer, unsigned.</summary>
    private async Task AddEnvelopesAsync(List<Attack> attacks)
    {
        await _gateway.Pipeline.For(Callers.Alice).CallAsync<StartWorkflowExecutionResponse>(GatewayFixture.StartRequest("source", "envelopes"));
        var worker = _gateway.Pipeline.For(Callers.Worker);
        var task = await worker.CallAsync<PollWorkflowTaskQueueResponse>(new PollWorkflowTaskQueueRequest { Namespace = GatewayFixture.Namespace, TaskQueue = new() { Name = "envelopes" } });
        var own = GatewayFixture.Read(task.History.Events[0].WorkflowExecutionStartedEventAttributes.Header, IdentityHeaders.Principal)!;
        var parts = own.Split('.');
        var forged = new List<(string Name, string Text)>
        {
            ("of another run", _gateway.Signer.SignPrincipal(Callers.Alice.Principal!, GatewayFixture.Namespace, "other")),
            ("of the same run, signed again", _gateway.Signer.SignPrincipal(Callers.Alice.Principal!, GatewayFixture.Namespace, "source")),
            ("of another user", _gateway.Signer.SignPrincipal(Callers.Bob.Principal!, GatewayFixture.Namespace, "source")),
            ("of another tenant", _gateway.Signer.SignPrincipal(Callers.Carol.Principal!, GatewayFixture.Namespace, "source")),
            ("of another namespace", _gateway.Signer.SignPrincipal(Callers.Alice.Principal!, "other", "source")),
            ("a sender instead", _gateway.Signer.SignActor(Callers.Alice.Principal!, GatewayFixture.Namespace, "source", WorkflowMessageKind.Signal, "go")),
            ("alg none", $"{Base64("""{"alg":"none","typ":"mandate-principal+jws"}""")}.{parts[1]}."),
            ("alg HS256", $"{Base64("""{"alg":"HS256","kid":"k","typ":"mandate-principal+jws"}""")}.{parts[1]}.{parts[2]}"),
            ("no signature", $"{parts[0]}.{parts[1]}."),
            ("the caller's own token", _tokens.Good("alice", "acme")),
            ("nothing", ""),
            ("blank", " "),
            ("longer than any", own + new string('A', 20_000)),
            ("with a line break", own + "\r\n"),
        };
        for (var i = 0; i < 40; i++)
        {
            var at = i * (own.Length - 1) / 40;
            forged.Add(($"bit flipped at {at}", own[..at] + (own[at] == 'A' ? 'B' : 'A') + own[(at + 1)..]));
        }

        var commands = (Func<Header, Protocol.Api.Command.V1.Command>[])
            [h => GatewayFixture.Activity(h), h => GatewayFixture.Child($"child-{attacks.Count}", h), GatewayFixture.ContinueAsNew, h => GatewayFixture.SignalOther("alices", h)];
        foreach (var (name, text) in forged)
        {
            var command = commands[attacks.Count % commands.Length](GatewayFixture.HeaderOf(IdentityHeaders.Principal, text));
            var completion = GatewayFixture.Completion(task, command);
            attacks.Add(new($"command {command.CommandType} with a principal {name}", completion, Authorization(Worker()), Outcome.Refused, "acme"));
        }
    }

    /// <summary>Task tokens: altered, of another kind, of another run, namespace or tenant, and the engine's own.</summary>
    private async Task AddTaskTokensAsync(List<Attack> attacks)
    {
        await _gateway.Pipeline.For(Callers.Alice).CallAsync<StartWorkflowExecutionResponse>(GatewayFixture.StartRequest("tasked", "tasks"));
        var worker = _gateway.Pipeline.For(Callers.Worker);
        var task = await worker.CallAsync<PollWorkflowTaskQueueResponse>(new PollWorkflowTaskQueueRequest { Namespace = GatewayFixture.Namespace, TaskQueue = new() { Name = "tasks" } });
        var token = task.TaskToken.ToByteArray();
        for (var i = 0; i < 30; i++)
        {
            var flipped = (byte[])token.Clone();
            var at = i * (token.Length - 1) / 30;
            flipped[at] ^= (byte)(1 << (i % 8));
            AddTask($"bit flipped at {at}", new RespondWorkflowTaskCompletedRequest { Namespace = GatewayFixture.Namespace, TaskToken = ByteString.CopyFrom(flipped), Commands = { GatewayFixture.Complete() } });
        }

        AddTask("empty", new RespondWorkflowTaskCompletedRequest { Namespace = GatewayFixture.Namespace });
        AddTask("of zeros", new RespondWorkflowTaskCompletedRequest { Namespace = GatewayFixture.Namespace, TaskToken = ByteString.CopyFrom(new byte[500]) });
        AddTask("1 MB", new RespondWorkflowTaskCompletedRequest { Namespace = GatewayFixture.Namespace, TaskToken = ByteString.CopyFrom([.. "MGT3"u8, .. new byte[1024 * 1024]]) });
        AddTask("cut", new RespondWorkflowTaskCompletedRequest { Namespace = GatewayFixture.Namespace, TaskToken = ByteString.CopyFrom(token[..^1]) });
        AddTask("longer", new RespondWorkflowTaskCompletedRequest { Namespace = GatewayFixture.Namespace, TaskToken = ByteString.CopyFrom([.. token, 0]) });
        AddTask("replayed to another namespace", new RespondWorkflowTaskCompletedRequest { Namespace = "other", TaskToken = task.TaskToken, Commands = { GatewayFixture.Complete() } });
        AddTask("as an activity's", new RespondActivityTaskCompletedRequest { Namespace = GatewayFixture.Namespace, TaskToken = task.TaskToken });
        AddTask("as a failed activity's", new RespondActivityTaskFailedRequest { Namespace = GatewayFixture.Namespace, TaskToken = task.TaskToken });
        AddTask("as a cancelled activity's", new RespondActivityTaskCanceledRequest { Namespace = GatewayFixture.Namespace, TaskToken = task.TaskToken });
        AddTask("as a heartbeat's", new RecordActivityTaskHeartbeatRequest { Namespace = GatewayFixture.Namespace, TaskToken = task.TaskToken });
        AddTask("as a query's", new RespondQueryTaskCompletedRequest { Namespace = GatewayFixture.Namespace, TaskToken = task.TaskToken });
        attacks.Add(new("task token: by a worker of another tenant", GatewayFixture.Completion(task, GatewayFixture.Complete()), Authorization(Worker("globex")), Outcome.Refused, "globex"));
        attacks.Add(new("task token: by a user of another tenant", GatewayFixture.Completion(task, GatewayFixture.Complete()), Authorization(_tokens.Good("carol", "globex")), Outcome.Refused, "globex"));
        attacks.Add(new("task token: by a user", GatewayFixture.Completion(task, GatewayFixture.Complete()), Authorization(_tokens.Good("alice", "acme")), Outcome.Refused, "acme"));

        void AddTask(string name, IMessage request) => attacks.Add(new($"task token: {name}", request, Authorization(Worker()), Outcome.Refused, AuditLedger.SystemTenant));
    }

    /// <summary>Reaching for another tenant's run in every way there is.</summary>
    private void AddCrossTenant(List<Attack> attacks)
    {
        var execution = new WorkflowExecution { WorkflowId = "alices" };
        var ns = GatewayFixture.Namespace;
        foreach (var request in (IMessage[])
        [
            new DescribeWorkflowExecutionRequest { Namespace = ns, Execution = execution },
            new GetWorkflowExecutionHistoryRequest { Namespace = ns, Execution = execution },
            new GetWorkflowExecutionHistoryReverseRequest { Namespace = ns, Execution = execution },
            new QueryWorkflowRequest { Namespace = ns, Execution = execution, Query = new() { QueryType = "__stack_trace" } },
            new SignalWorkflowExecutionRequest { Namespace = ns, WorkflowExecution = execution, SignalName = "approve" },
            new UpdateWorkflowExecutionRequest { Namespace = ns, WorkflowExecution = execution, Request = new() { Input = new() { Name = "change" } } },
            new PollWorkflowExecutionUpdateRequest { Namespace = ns, UpdateRef = new() { WorkflowExecution = execution, UpdateId = "u" } },
            new RequestCancelWorkflowExecutionRequest { Namespace = ns, WorkflowExecution = execution },
            new TerminateWorkflowExecutionRequest { Namespace = ns, WorkflowExecution = execution },
            new DeleteWorkflowExecutionRequest { Namespace = ns, WorkflowExecution = execution },
            new ResetWorkflowExecutionRequest { Namespace = ns, WorkflowExecution = execution, WorkflowTaskFinishEventId = 4 },
            new SignalWithStartWorkflowExecutionRequest { Namespace = ns, WorkflowId = "alices", WorkflowType = new() { Name = "Order" }, TaskQueue = new() { Name = "q" }, SignalName = "go" },
            new StartWorkflowExecutionRequest(GatewayFixture.StartRequest("alices")) { WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.TerminateExisting },
            new StartWorkflowExecutionRequest(GatewayFixture.StartRequest("alices")) { WorkflowIdConflictPolicy = WorkflowIdConflictPolicy.UseExisting },
            new StartWorkflowExecutionRequest(GatewayFixture.StartRequest("alices")) { WorkflowIdReusePolicy = WorkflowIdReusePolicy.TerminateIfRunning },
            new RespondActivityTaskCompletedByIdRequest { Namespace = ns, WorkflowId = "alices", ActivityId = "1" },
            new RespondActivityTaskFailedByIdRequest { Namespace = ns, WorkflowId = "alices", ActivityId = "1" },
            new RespondActivityTaskCanceledByIdRequest { Namespace = ns, WorkflowId = "alices", ActivityId = "1" },
            new RecordActivityTaskHeartbeatByIdRequest { Namespace = ns, WorkflowId = "alices", ActivityId = "1" },
            new PauseActivityRequest { Namespace = ns, Execution = execution, Id = "1" },
            new UnpauseActivityRequest { Namespace = ns, Execution = execution, Id = "1" },
            new ResetActivityRequest { Namespace = ns, Execution = execution, Id = "1" },
            new ResetStickyTaskQueueRequest { Namespace = ns, Execution = execution },
            new RegisterNamespaceRequest { Namespace = "mine" },
            new UpdateNamespaceRequest { Namespace = ns },
            new ListNamespacesRequest(),
            new Protocol.Api.OperatorService.V1.RemoveSearchAttributesRequest { Namespace = ns, SearchAttributes = { "MandateTenant" } },
            new Protocol.Api.OperatorService.V1.AddSearchAttributesRequest { Namespace = ns, SearchAttributes = { ["X"] = IndexedValueType.Keyword } },
            new PollWorkflowTaskQueueRequest { Namespace = ns, TaskQueue = new() { Name = GatewayFixture.Queue } },
            new PollActivityTaskQueueRequest { Namespace = ns, TaskQueue = new() { Name = GatewayFixture.Queue } },
            new ShutdownWorkerRequest { Namespace = ns, StickyTaskQueue = "s" },
            new CreateScheduleRequest { Namespace = ns, ScheduleId = "s" },
            new ListSchedulesRequest { Namespace = ns },
            new ListWorkflowExecutionsRequest { Namespace = ns, Query = "WorkflowType = 'x') OR (WorkflowType = 'Order'" },
            new CountWorkflowExecutionsRequest { Namespace = ns, Query = "a = 1 -- " },
        ])
        {
            attacks.Add(new($"other tenant: {request.Descriptor.Name} {attacks.Count}", request, Authorization(_tokens.Good("carol", "globex")), Outcome.Refused, "globex"));
        }
    }

    private void AddOversized(List<Attack> attacks)
    {
        var bob = Authorization(_tokens.Good("carol", "globex"));
        attacks.Add(new("oversized: workflow id of 1 MB", new DescribeWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, Execution = new() { WorkflowId = new string('x', 1024 * 1024) } }, bob, Outcome.Refused, "globex"));
        attacks.Add(new("oversized: namespace of 1 MB", new DescribeWorkflowExecutionRequest { Namespace = new string('x', 1024 * 1024), Execution = new() { WorkflowId = "x" } }, bob, Outcome.Refused, "globex"));
        attacks.Add(new("oversized: token of 1 MB", GatewayFixture.StartRequest("big"), Authorization(new string('x', 1024 * 1024)), Outcome.Refused, AuditLedger.SystemTenant) { MustNotExist = "big" });
        attacks.Add(new(
            "oversized: parentheses 100,000 deep", new CountWorkflowExecutionsRequest { Namespace = GatewayFixture.Namespace, Query = new string('(', 100_000) }, bob, Outcome.Refused, "globex"));
        var signal = new SignalWorkflowExecutionRequest { Namespace = GatewayFixture.Namespace, WorkflowExecution = new() { WorkflowId = "alices" }, SignalName = new string('s', 100_000) };
        attacks.Add(new("oversized: signal name of 100 kB to another tenant", signal, bob, Outcome.Refused, "globex"));
    }

    private string Worker(string? tenant = null) => _tokens.Good("worker", tenant ?? "x", c =>
    {
        c["scope"] = "mandate:worker";
        if (tenant is null)
            c.Remove("tenant_id");
    });

    private static RpcMetadata Authorization(string token) => new([new("authorization", $"Bearer {token}")]);

    private static string Base64(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
