using Google.Protobuf;
using Mandate.Credentials.Vault;
using Mandate.Protocol;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful.Tests.Harness;

namespace Mandate.Stateful.Tests.Sealing;

/// <summary>A token counts when, and only when, what brought it was accepted.</summary>
public sealed class StartOutcomeTests
{
    private static readonly CredentialOwner Owner = TreeFixture.OwnerOf("order");

    [Theory]
    [InlineData(WorkflowIdConflictPolicy.TerminateExisting, WorkflowIdReusePolicy.AllowDuplicate)]
    [InlineData(WorkflowIdConflictPolicy.Unspecified, WorkflowIdReusePolicy.TerminateIfRunning)]
    public async Task Start_InPlaceOfARunThatRuns_HasItsOwnToken(WorkflowIdConflictPolicy conflict, WorkflowIdReusePolicy reuse)
    {
        var (tree, engine) = await StartedAsync();
        await using var owned = tree;
        var request = engine.Start("order", Input("second-secret"));
        (request.WorkflowIdConflictPolicy, request.WorkflowIdReusePolicy) = (conflict, reuse);

        await engine.CallAsync<StartWorkflowExecutionResponse>(request);

        (await RedeemedByTheRunAsync(engine)).ShouldBe("second-secret");
    }

    [Theory]
    [InlineData(WorkflowIdConflictPolicy.Fail, WorkflowIdReusePolicy.AllowDuplicate, RpcStatusCode.AlreadyExists)]
    [InlineData(WorkflowIdConflictPolicy.Fail, WorkflowIdReusePolicy.RejectDuplicate, RpcStatusCode.AlreadyExists)]
    [InlineData(WorkflowIdConflictPolicy.UseExisting, WorkflowIdReusePolicy.AllowDuplicate, RpcStatusCode.Ok)]
    public async Task Start_ThatStartsNothing_LeavesTheToken(WorkflowIdConflictPolicy conflict, WorkflowIdReusePolicy reuse, RpcStatusCode answer)
    {
        var (tree, engine) = await StartedAsync();
        await using var owned = tree;
        var request = engine.Start("order", Input("second-secret"));
        (request.WorkflowIdConflictPolicy, request.WorkflowIdReusePolicy) = (conflict, reuse);

        var code = await CodeAsync(() => engine.CallAsync<StartWorkflowExecutionResponse>(request));

        code.ShouldBe(answer);
        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.Epoch.ShouldBe(1);
        (await RedeemedByTheRunAsync(engine)).ShouldBe("first-secret");
        await NothingElseIsKeptAsync(tree, Reference(engine.Sent[^1]));
    }

    [Theory]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate, "first-secret")]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicateFailedOnly, "second-secret")]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, "second-secret")]
    public async Task Start_AfterARunHasEnded_SetsTheTokenIfItStarts(WorkflowIdReusePolicy reuse, string expected)
    {
        var (tree, engine) = await StartedAsync();
        await using var owned = tree;
        await engine.TerminateAsync("order");
        var request = engine.Start("order", Input("second-secret"));
        request.WorkflowIdReusePolicy = reuse;

        await CodeAsync(() => engine.CallAsync<StartWorkflowExecutionResponse>(request));

        (await RedeemedByTheRunAsync(engine)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Starts_AtTheSameTime_TheTokenOfTheOneThatStartedCounts(bool firstStarts)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var (first, second) = (new SealedEngine(tree), new SealedEngine(tree));
        Secrets(tree);
        var (isSealed, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        second.Behind = async call =>
        {
            isSealed.SetResult();
            await goesOn.Task;
            return await tree.Engine(call);
        };
        Task<RpcStatusCode> other = null!;
        first.Behind = async call =>
        {
            // Both are past the vault; now one of them reaches the engine before the other.
            other = CodeAsync(() => second.CallAsync<StartWorkflowExecutionResponse>(second.Start("order", Input("second-secret"))));
            await isSealed.Task;
            if (firstStarts)
                return await tree.Engine(call);
            goesOn.SetResult();
            await other;
            return await tree.Engine(call);
        };

        var code = await CodeAsync(() => first.CallAsync<StartWorkflowExecutionResponse>(first.Start("order", Input("first-secret"))));
        goesOn.TrySetResult();

        (code, await other).ShouldBe(firstStarts ? (RpcStatusCode.Ok, RpcStatusCode.AlreadyExists) : (RpcStatusCode.AlreadyExists, RpcStatusCode.Ok));
        (await RedeemedByTheRunAsync(first)).ShouldBe(firstStarts ? "first-secret" : "second-secret");
        await NothingElseIsKeptAsync(tree, Reference((firstStarts ? second : first).Sent.Single()));
    }

    [Fact]
    public async Task Start_WhoseRunEndsBeforeTheNextIsStarted_DoesNotLoseTheToken()
    {
        var (tree, engine) = await StartedAsync();
        await using var owned = tree;
        engine.Behind = async call =>
        {
            if (call.Request is StartWorkflowExecutionRequest)
                await engine.TerminateAsync("order");
            return await tree.Engine(call);
        };

        await engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", Input("second-secret")));

        (await RedeemedByTheRunAsync(engine)).ShouldBe("second-secret");
    }

    [Fact]
    public async Task Start_SentTwice_KeepsWhatWasSetSince()
    {
        var (tree, engine) = await StartedAsync();
        await using var owned = tree;
        var again = engine.Start("order", Input("first-secret"));
        again.RequestId = ((StartWorkflowExecutionRequest)engine.Sent[0]).RequestId;
        var since = await tree.SetAsync("secret-set-since", "order");

        await engine.CallAsync<StartWorkflowExecutionResponse>(again);

        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.ShouldBe(since);
    }

    [Fact]
    public async Task Start_AcceptedWithoutThePipelineHearingOfIt_HasItsTokenFromTheFirstUse()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        Secrets(tree);
        engine.Behind = async call =>
        {
            await tree.Engine(call);
            throw new RpcException(RpcStatusCode.Unavailable, "The pipeline ends here.");
        };

        await CodeAsync(() => engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", Input("first-secret"))));

        (await RedeemedByTheRunAsync(engine)).ShouldBe("first-secret");
        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.ShouldBe(SealedEngine.Reference((await engine.InputOfAsync("order"))["apiToken"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UpdateWithStart_WhoseUpdateFails_HasItsTokenIfItHasStarted(bool starts)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        Secrets(tree);
        engine.Behind = async call =>
        {
            if (starts && call.Request is ExecuteMultiOperationRequest { Operations: [var first, ..] })
                await tree.Engine(new RpcCall(first.StartWorkflow));
            throw new RpcException(RpcStatusCode.NotFound, "The workflow ended before its update.");
        };

        (await CodeAsync(() => engine.CallAsync<ExecuteMultiOperationResponse>(new ExecuteMultiOperationRequest
        {
            Namespace = "default",
            Operations = { new ExecuteMultiOperationRequest.Types.Operation { StartWorkflow = engine.Start("order", Input("first-secret")) } },
        }))).ShouldBe(RpcStatusCode.NotFound);

        if (starts)
        {
            (await tree.Vault.FindAsync(Owner, "order"))!.Reference.Epoch.ShouldBe(1);
            (await RedeemedByTheRunAsync(engine)).ShouldBe("first-secret");
        }
        else
        {
            (await tree.Vault.TreesAsync(DateTimeOffset.MaxValue)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Start_LostOnItsWay_SetsNothing()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        Secrets(tree);
        engine.Behind = _ => throw new RpcException(RpcStatusCode.Unavailable, "The engine is away.");

        await CodeAsync(() => engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", Input("first-secret"))));

        (await tree.Vault.FindAsync(Owner, "order")).ShouldBeNull();
    }

    [Fact]
    public async Task Signal_TheEngineRefuses_LeavesTheToken()
    {
        var (tree, engine) = await StartedAsync();
        await using var owned = tree;
        var signal = engine.Signal("order", SealedEngine.Encoded("json/plain", "\"second-secret\""));
        engine.Behind = _ => throw new RpcException(RpcStatusCode.NotFound, "It has ended meanwhile.");

        (await CodeAsync(() => engine.CallAsync<SignalWorkflowExecutionResponse>(signal))).ShouldBe(RpcStatusCode.NotFound);

        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.Epoch.ShouldBe(1);
        (await RedeemedByTheRunAsync(engine)).ShouldBe("first-secret");
    }

    [Fact]
    public async Task Signals_Accepted_HoldAtOnceInTheirOrder()
    {
        var (tree, engine) = await StartedAsync();
        await using var owned = tree;
        var other = new SealedEngine(tree);
        engine.Behind = async call =>
        {
            // Another one is begun later and accepted earlier.
            await other.CallAsync<SignalWorkflowExecutionResponse>(other.Signal("order", SealedEngine.Encoded("json/plain", "\"third-secret\"")));
            return await tree.Engine(call);
        };

        await engine.CallAsync<SignalWorkflowExecutionResponse>(engine.Signal("order", SealedEngine.Encoded("json/plain", "\"second-secret\"")));

        (await RedeemedByTheRunAsync(engine)).ShouldBe("third-secret");
        (await engine.RedeemAsync(Owner, SealedEngine.Reference(await engine.SignalOfAsync("order")))).ShouldBe("third-secret");
    }

    [Fact]
    public async Task Update_TheWorkflowRejects_LeavesTheToken()
    {
        var (tree, engine) = await StartedAsync();
        await using var owned = tree;
        engine.Behind = _ => Task.FromResult<IMessage>(new UpdateWorkflowExecutionResponse { Outcome = new() { Failure = new() { Message = "unknown update" } } });

        await engine.CallAsync<UpdateWorkflowExecutionResponse>(engine.Update("order", SealedEngine.Encoded("json/plain", "\"second-secret\"")));

        (await RedeemedByTheRunAsync(engine)).ShouldBe("first-secret");
        await NothingElseIsKeptAsync(tree, SealedEngine.Reference(SealedEngine.Argument(((UpdateWorkflowExecutionRequest)engine.Sent[^1]).Request.Input.Args)));
    }

    [Fact]
    public async Task SignalWithStart_AfterARunOfSomebodyElseHasEnded_SetsTheTokenForTheNewRun()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree, AllowedHosts.Parse(["api.example.com"]));
        Secrets(tree);
        await engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", "{}", TreeFixture.Bob));
        await engine.TerminateAsync("order");

        await engine.CallAsync<SignalWithStartWorkflowExecutionResponse>(engine.SignalWithStart("order", "\"first-secret\""));

        (await engine.RedeemAsync(Owner, SealedEngine.Reference(await engine.SignalOfAsync("order")))).ShouldBe("first-secret");
    }

    [Fact]
    public async Task SignalWithStart_WhoseRunIsReplacedBySomebodyElsesMeanwhile_DoesNotPretendThatTheTokenIsSet()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree, AllowedHosts.Parse(["api.example.com"]));
        Secrets(tree);
        await engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", "{}", TreeFixture.Bob));
        engine.Behind = async call =>
        {
            await engine.TerminateAsync("order");
            return await tree.Engine(call);
        };

        (await CodeAsync(() => engine.CallAsync<SignalWithStartWorkflowExecutionResponse>(engine.SignalWithStart("order", "\"first-secret\"")))).ShouldBe(RpcStatusCode.Aborted);

        (await tree.Vault.FindAsync(new("acme", "order", "bob"), "order")).ShouldBeNull();
    }

    [Fact]
    public async Task SignalWithStart_WithATokenInBothParts_SetsThemInOrder()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        Secrets(tree);

        await engine.CallAsync<SignalWithStartWorkflowExecutionResponse>(engine.SignalWithStart("order", "\"second-secret\"", Input("first-secret")));

        (await RedeemedByTheRunAsync(engine)).ShouldBe("second-secret");
        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.Epoch.ShouldBe(2);
    }

    private static async Task<(TreeFixture Tree, SealedEngine Engine)> StartedAsync()
    {
        var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        Secrets(tree);
        await engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", Input("first-secret")));
        return (tree, engine);
    }

    private static void Secrets(TreeFixture tree)
    {
        foreach (var secret in (string[])["first-secret", "second-secret", "third-secret"])
            tree.IsSecret(secret);
    }

    private static string Input(string token) => $$"""{"apiToken":"{{token}}","apiUrl":"https://api.example.com/v1"}""";

    private static CredentialReference Reference(IMessage sent) => SealedEngine.Reference(SealedEngine.Argument(((StartWorkflowExecutionRequest)sent).Input)!["apiToken"]);

    /// <summary>The secret that the newest run of the id gets for what it was started with.</summary>
    private static async Task<string> RedeemedByTheRunAsync(SealedEngine engine) => await engine.RedeemAsync(Owner, SealedEngine.Reference((await engine.InputOfAsync("order"))["apiToken"]));

    /// <summary>What was not accepted is not even kept: its reference is unknown.</summary>
    private static async Task NothingElseIsKeptAsync(TreeFixture tree, CredentialReference reference) =>
        (await Should.ThrowAsync<CredentialException>(() => tree.Vault.NewestAsync(Owner, reference))).Kind.ShouldBe(CredentialErrorKind.Unknown);

    private static async Task<RpcStatusCode> CodeAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
            return RpcStatusCode.Ok;
        }
        catch (RpcException e)
        {
            return e.Code;
        }
    }
}
