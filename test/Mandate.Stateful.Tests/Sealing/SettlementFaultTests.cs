using Mandate.Credentials.Vault;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful.Tests.Harness;

namespace Mandate.Stateful.Tests.Sealing;

/// <summary>The engine's answer is the caller's, also where the vault cannot settle the tokens of the call.</summary>
public sealed class SettlementFaultTests
{
    private static readonly CredentialOwner Owner = TreeFixture.OwnerOf("order");

    [Fact]
    public async Task Call_OneOfItsTokensCannotBeConfirmed_IsAnsweredAndTheOtherCounts()
    {
        await using var tree = await StartAsync();
        var engine = new SealedEngine(tree);
        engine.Behind = async call =>
        {
            var answer = await tree.Engine(call);
            // Nobody else does this: it stands for whatever keeps the vault from confirming the first one.
            await tree.Vault.WithdrawAsync(Owner, SealedEngine.Reference(SealedEngine.Argument(((SignalWithStartWorkflowExecutionRequest)call.Request).Input)!["apiToken"]));
            return answer;
        };

        await engine.CallAsync<SignalWithStartWorkflowExecutionResponse>(engine.SignalWithStart("order", "\"second-secret\"", Input("first-secret")));

        (await tree.Vault.FindAsync(Owner, "order"))!.Reference.ShouldBe(SealedEngine.Reference(await engine.SignalOfAsync("order")));
        tree.Loggers.Lines.ShouldContain(l => l.StartsWith("Error ApiTokenNotSettled: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_RejectedAndTheLedgerIsAway_IsAnsweredAsRejected()
    {
        await using var tree = await StartAsync();
        var engine = new SealedEngine(tree);
        await engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", Input("first-secret")));
        engine.Behind = async _ =>
        {
            await tree.Ledger.DisposeAsync();
            return new UpdateWorkflowExecutionResponse { Outcome = new() { Failure = new() { Message = "unknown update" } } };
        };

        var answer = await engine.CallAsync<UpdateWorkflowExecutionResponse>(engine.Update("order", SealedEngine.Encoded("json/plain", "\"second-secret\"")));

        answer.Outcome.Failure.Message.ShouldBe("unknown update");
        tree.Loggers.Lines.ShouldContain(l => l.StartsWith("Error ApiTokenNotSettled: ", StringComparison.Ordinal));
    }

    private static async Task<TreeFixture> StartAsync()
    {
        var tree = await TreeFixture.StartAsync(worker: false);
        tree.IsSecret("first-secret");
        tree.IsSecret("second-secret");
        return tree;
    }

    private static string Input(string token) => $$"""{"apiToken":"{{token}}","apiUrl":"https://api.example.com/v1"}""";
}
