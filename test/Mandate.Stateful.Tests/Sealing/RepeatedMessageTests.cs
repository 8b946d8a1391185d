using Mandate.Credentials.Vault;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful.Tests.Harness;

namespace Mandate.Stateful.Tests.Sealing;

/// <summary>Who repeats a message whose answer was lost does not undo what was set since: the engine, which knows the message by its id, delivers it once.</summary>
public sealed class RepeatedMessageTests
{
    private const string First = "secret-of-the-repeated-message";

    private static readonly CredentialOwner Owner = TreeFixture.OwnerOf("order");

    [Fact]
    public async Task Signal_SentAgain_KeepsWhatWasSetSince()
    {
        await using var tree = await StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        await engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", "{}"));
        var signal = engine.Signal("order", SealedEngine.Encoded("json/plain", Token(tree)));
        signal.RequestId = "once";
        await engine.CallAsync<SignalWorkflowExecutionResponse>(signal.Clone());
        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.Epoch.ShouldBe(1);
        var since = await tree.SetAsync("secret-set-since", "order");

        await engine.CallAsync<SignalWorkflowExecutionResponse>(signal);

        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.ShouldBe(since);
    }

    [Fact]
    public async Task Signal_SentAgainBecauseNobodyHeardThatItArrived_SetsWhatItBrought()
    {
        await using var tree = await StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        await engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", "{}"));
        var signal = engine.Signal("order", SealedEngine.Encoded("json/plain", Token(tree)));
        signal.RequestId = "once";
        engine.Behind = async call =>
        {
            await tree.Engine(call);
            throw new RpcException(RpcStatusCode.Unavailable, "The pipeline ends here.");
        };
        await Should.ThrowAsync<RpcException>(() => engine.CallAsync<SignalWorkflowExecutionResponse>(signal.Clone()));
        (await tree.Vault.FindAsync(Owner, "order")).ShouldBeNull();
        engine.Behind = null;

        await engine.CallAsync<SignalWorkflowExecutionResponse>(signal);

        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.ShouldBe(SealedEngine.Reference(await engine.SignalOfAsync("order")));
    }

    [Fact]
    public async Task SignalWithStart_SentAgain_KeepsWhatWasSetSince()
    {
        await using var tree = await StartAsync(worker: false);
        var engine = new SealedEngine(tree, AllowedHosts.Parse(["api.example.com"]));
        var both = engine.SignalWithStart("order", $"\"{First}\"");
        await engine.CallAsync<SignalWithStartWorkflowExecutionResponse>(both.Clone());
        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.Epoch.ShouldBe(1);
        var since = await tree.SetAsync("secret-set-since", "order");

        await engine.CallAsync<SignalWithStartWorkflowExecutionResponse>(both);

        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.ShouldBe(since);
    }

    [Fact]
    public async Task Update_SentAgain_KeepsWhatWasSetSince()
    {
        await using var tree = await StartAsync(worker: true);
        var engine = new SealedEngine(tree);
        await tree.StartTreeAsync("order", new() { ApiToken = await tree.SetAsync("secret-at-the-start", "order") });
        var update = engine.Update("order", SealedEngine.Encoded("json/plain", Token(tree)));
        (await engine.CallAsync<UpdateWorkflowExecutionResponse>(update.Clone())).Outcome.Success.ShouldNotBeNull();
        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.Epoch.ShouldBe(2);
        var since = await tree.SetAsync("secret-set-since", "order");

        (await engine.CallAsync<UpdateWorkflowExecutionResponse>(update)).Outcome.Success.ShouldNotBeNull();

        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.ShouldBe(since);
    }

    private static async Task<TreeFixture> StartAsync(bool worker)
    {
        var tree = await TreeFixture.StartAsync(worker: worker);
        tree.IsSecret(First);
        return tree;
    }

    private static string Token(TreeFixture tree) => $$"""{"token":"{{First}}","hosts":["{{tree.Api.Address.Authority}}"]}""";
}
