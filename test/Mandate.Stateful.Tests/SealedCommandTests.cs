using System.Text.Json.Nodes;
using Google.Protobuf;
using Mandate.Audit.Recording;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;
using Mandate.Stateful.Sealing;
using Mandate.Stateful.Tests.Harness;

namespace Mandate.Stateful.Tests;

/// <summary>Tokens in clear in what workflows themselves begin, by a worker of any SDK.</summary>
public sealed class SealedCommandTests
{
    [Theory]
    [InlineData(CommandType.ContinueAsNewWorkflowExecution, "root/middle")]
    [InlineData(CommandType.StartChildWorkflowExecution, "root/child")]
    public async Task RawToken_InAStartOfAWorkflow_IsVaultedUnderTheNameOfTheOneThatStarts(CommandType type, string name)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var (sent, forward) = (new List<IMessage>(), Stage(tree));
        var request = Completed(tree, type, "secret-in-a-command");
        tree.IsSecret("secret-in-a-command");

        await forward(call =>
        {
            sent.Add(call.Request);
            return Task.FromResult<IMessage>(new RespondWorkflowTaskCompletedResponse());
        })(new RpcCall(request));

        var argument = JsonNode.Parse(InputOf(((RespondWorkflowTaskCompletedRequest)sent.Single()).Commands.Single()).Payloads_.Single().Data.Span)!;
        argument["apiToken"]!["name"]!.GetValue<string>().ShouldBe(name);
        argument["depth"]!.GetValue<int>().ShouldBe(3);
        sent.Single().ToString()!.ShouldNotContain("secret-in-a-command");
        InputOf(request.Commands.Single()).Payloads_.Single().Data.ToStringUtf8().ShouldContain("secret-in-a-command", customMessage: "the caller's own message is not changed");
        // A child begins later, and shows that it has by using what it was given.
        var given = new CredentialReference(name, argument["apiToken"]!["epoch"]!.GetValue<long>(), argument["apiToken"]!["fingerprint"]!.GetValue<string>());
        (await tree.Vault.RedeemAsync(TreeFixture.OwnerOf("root"), given, new("https://api.example.com"))).Value.Reveal().ShouldBe("secret-in-a-command");
        var status = await tree.Vault.FindAsync(TreeFixture.OwnerOf("root"), name);
        status!.Reference.ShouldBe(given);
        status.Hosts.Allow(new Uri("https://api.example.com/x")).ShouldBeTrue();
    }

    [Fact]
    public async Task RawToken_InAContinueAsNewOfAnUnknownRun_IsRefused()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var request = Completed(tree, CommandType.ContinueAsNewWorkflowExecution, "secret-in-a-command");
        request.ResourceId = "";

        (await Should.ThrowAsync<RpcException>(() => Stage(tree)(_ => throw new InvalidOperationException("it went on"))(new RpcCall(request)))).Code.ShouldBe(RpcStatusCode.PermissionDenied);
    }

    private static Func<RpcHandler, RpcHandler> Stage(TreeFixture tree) => new ApiTokenStage(new() { Vault = tree.Vault, Verifier = tree.Verifier, Engine = tree.Engine, Recorder = new AuditRecorder(tree.Ledger, new()) }).Wrap;

    private static RespondWorkflowTaskCompletedRequest Completed(TreeFixture tree, CommandType type, string token)
    {
        var input = new Payloads
        {
            Payloads_ = { new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8("json/plain") }, Data = ByteString.CopyFromUtf8($$"""{"depth":3,"apiToken":"{{token}}","apiUrl":"https://api.example.com/v1"}""") } },
        };
        var header = new Header { Fields = { [IdentityHeaders.Principal] = DataConverter.Default.PayloadConverter.ToPayload(tree.Signer.SignPrincipal(TreeFixture.Alice, "default", "root")) } };
        var command = new Command { CommandType = type };
        if (type is CommandType.ContinueAsNewWorkflowExecution)
            command.ContinueAsNewWorkflowExecutionCommandAttributes = new() { Input = input, Header = header };
        else
            command.StartChildWorkflowExecutionCommandAttributes = new() { WorkflowId = "root/child", Input = input, Header = header };
        return new() { Namespace = "default", ResourceId = "root/middle", Commands = { command } };
    }

    private static Payloads InputOf(Command command) => command.ContinueAsNewWorkflowExecutionCommandAttributes?.Input ?? command.StartChildWorkflowExecutionCommandAttributes.Input;
}
