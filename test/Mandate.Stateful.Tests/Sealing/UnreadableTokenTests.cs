using Google.Protobuf;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Stateful.Tests.Harness;

namespace Mandate.Stateful.Tests.Sealing;

/// <summary>What stands under a token's well-known names is a reference, is sealed by the codec, or is taken out; what cannot be told is refused.</summary>
public sealed class UnreadableTokenTests
{
    private const string Secret = "s3cr3t-in-clear";

    /// <summary>Too long for any member of a reference.</summary>
    private static readonly string Long = new('x', 2_000);

    private static readonly string Deep = new string('[', 70) + new string(']', 70);

    public static TheoryData<string, string> StartArguments => new()
    {
        { "json/protobuf", $$"""{"apiToken":"{{Secret}}"}""" },
        { "binary/plain", $$"""{"apiToken":"{{Secret}}"}""" },
        { "binary/encrypted", $$"""{"apiToken":"{{Secret}}"}""" },
        { "", $$"""{"apiToken":"{{Secret}}"}""" },
        { "json/plain", $$"""{"apiToken":null,"apiToken":"{{Secret}}"}""" },
        { "json/plain", $$"""{"apiToken":null,"ApiToken":"{{Secret}}"}""" },
        { "json/plain", $$"""{"ApiToken":{"name":"a","epoch":1,"fingerprint":"f"},"APITOKEN":"{{Secret}}"}""" },
        { "json/plain", $$"""{"apiToken":{"token":"a","token":"{{Secret}}"} }""" },
        { "json/plain", $$"""{"apiToken":{"Token":"{{Secret}}"} }""" },
        { "json/plain", $$"""{"apiToken":{"name":"a","epoch":1,"fingerprint":"f","secret":"{{Secret}}"} }""" },
        { "json/plain", $$"""{"apiToken":["{{Secret}}"]}""" },
        { "json/plain", """{"apiToken":12345678}""" },
        { "json/plain", $$"""{"apiToken":"{{Secret}}","deep":{{Deep}}}""" },
        { "json/plain", $$"""{"apiToken":"{{Secret}}",}""" },
        { "json/plain", $$"""{"apiToken":"{{Secret}}"} trailing""" },
        { "json/plain", $$"""{"api\u0054oken":"{{Secret}}" oops""" },
        { "json/plain", "\uFEFF" + $$"""{"apiToken":"{{Secret}}"}""" },
        { "json/plain", """{"apiToken":"pässwörd"}""" },
        { "json/plain", """{"apiToken":""}""" },
    };

    public static TheoryData<string, string> MessageArguments => new()
    {
        { "json/protobuf", $"\"{Secret}\"" },
        { "binary/plain", Secret },
        { "binary/null", "" },
        { "binary/encrypted", $"\"{Secret}\"" },
        { "binary/unknown", Secret },
        { "", $"\"{Secret}\"" },
        { "json/plain", "null" },
        { "json/plain", Secret },
        { "json/plain", $"[\"{Secret}\"]" },
        { "json/plain", $$"""{"token":null,"token":"{{Secret}}"}""" },
        { "json/plain", $$"""{"Token":"{{Secret}}"}""" },
        { "json/plain", $$"""{"apiToken":null,"ApiToken":"{{Secret}}"}""" },
        { "json/plain", $$"""{"token":"{{Secret}}","deep":{{Deep}}}""" },
        { "json/plain", $$"""{"value":"{{Secret}}"}""" },
        { "json/plain", $$"""{"name":"a","epoch":1,"fingerprint":"f","secret":"{{Secret}}"}""" },
        { "json/plain", "\"pässwörd\"" },
        { "json/plain", $$"""{"name":"{{Long}}","epoch":1,"fingerprint":"f"}""" },
        { "json/plain", $$"""{"name":"a","epoch":1,"fingerprint":"{{Long}}"}""" },
        { "json/plain", $$"""{"name":"a","epoch":1,"fingerprint":"f","state":"{{Long}}"}""" },
        { "json/plain", $$"""{"name":"a","epoch":1,"fingerprint":"f","state":["{{Secret}}"]}""" },
        { "json/plain", $$"""{"name":"a","epoch":1,"fingerprint":"f","setAt":"{{Secret}}"}""" },
        { "json/plain", $$"""{"name":"a","epoch":1,"fingerprint":"f","traceparent":"{{Secret}}"}""" },
        { "json/plain", $$"""{"name":"a","epoch":1,"fingerprint":"f","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-{{Long}}"}""" },
        { "json/plain", $$"""{"name":"a","epoch":1,"fingerprint":"f","hop":{"revision":1,"secret":"{{Secret}}"} }""" },
        { "json/plain", $$"""{"name":"a","epoch":1,"fingerprint":"f","traceparent":"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-{{Secret}}"}""" },
        { "json/plain", $$"""{"name":"a","epoch":1,"fingerprint":"f","hop":"{{Secret}}"}""" },
        { "json/plain", $$"""{"source":"{{Long}}"}""" },
        { "json/plain", $$"""{"source":"s","name":"{{Secret}}","epoch":{"token":"{{Secret}}"} }""" },
    };

    [Theory]
    [MemberData(nameof(StartArguments))]
    public async Task Start_WithATokenThatCannotBeReadForCertain_IsRefused(string encoding, string data)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        var arguments = new Payloads { Payloads_ = { SealedEngine.Encoded("json/plain", "1"), SealedEngine.Encoded(encoding, data) } };
        var start = engine.Start("order", "{}");
        start.Input = arguments;
        var child = engine.ChildStart("root/child", "{}");
        child.StartChildWorkflowExecutionCommandAttributes.Input = arguments;
        var again = new Protocol.Api.Command.V1.Command
        {
            CommandType = CommandType.ContinueAsNewWorkflowExecution,
            ContinueAsNewWorkflowExecutionCommandAttributes = new() { Input = arguments, Header = child.StartChildWorkflowExecutionCommandAttributes.Header },
        };

        await RefusedAsync(engine, () => engine.CallAsync<StartWorkflowExecutionResponse>(start));
        await RefusedAsync(engine, () => engine.CallAsync<ExecuteMultiOperationResponse>(new ExecuteMultiOperationRequest { Namespace = "default", Operations = { new ExecuteMultiOperationRequest.Types.Operation { StartWorkflow = start } } }));
        await RefusedAsync(engine, () => engine.CallAsync<CreateScheduleResponse>(new CreateScheduleRequest { Schedule = new() { Action = new() { StartWorkflow = new() { Input = arguments } } } }));
        await RefusedAsync(engine, () => engine.CommandAsync("root", child));
        await RefusedAsync(engine, () => engine.CommandAsync("root", again));
    }

    [Theory]
    [MemberData(nameof(MessageArguments))]
    public async Task Message_WithATokenThatCannotBeReadForCertain_IsRefused(string encoding, string data)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        await engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", "{}"));
        var argument = SealedEngine.Encoded(encoding, data);
        var both = engine.SignalWithStart("order", "null");
        both.SignalInput = new() { Payloads_ = { argument } };
        var external = engine.ExternalSignal(new("order", "run", "order"), "order/child", "null");
        external.SignalExternalWorkflowExecutionCommandAttributes.Input = both.SignalInput;
        engine.Sent.Clear();

        await RefusedAsync(engine, () => engine.CallAsync<SignalWorkflowExecutionResponse>(engine.Signal("order", argument)));
        await RefusedAsync(engine, () => engine.CallAsync<SignalWithStartWorkflowExecutionResponse>(both));
        await RefusedAsync(engine, () => engine.CallAsync<UpdateWorkflowExecutionResponse>(engine.Update("order", argument)));
        await RefusedAsync(engine, () => engine.CommandAsync("order", external));
    }

    [Fact]
    public async Task Message_WithoutAnArgumentOrWithTwo_IsRefused()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        var reference = SealedEngine.Encoded("json/plain", """{"name":"a","epoch":1,"fingerprint":"f"}""");

        await RefusedAsync(engine, () => engine.CallAsync<SignalWorkflowExecutionResponse>(engine.Signal("order")));
        await RefusedAsync(engine, () => engine.CallAsync<UpdateWorkflowExecutionResponse>(engine.Update("order")));
        await RefusedAsync(engine, () => engine.CallAsync<SignalWorkflowExecutionResponse>(engine.Signal("order", reference, SealedEngine.Encoded("json/plain", $"\"{Secret}\""))));
    }

    [Theory]
    [InlineData($"\"{Secret}\"")]
    [InlineData($$"""{"token":"{{Secret}}"}""")]
    [InlineData($$"""{"apiToken":"{{Secret}}"}""")]
    public async Task UpdateWithStart_WithATokenInItsUpdate_IsRefusedAndNothingStays(string update)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        tree.IsSecret("secret-of-the-start-beside-it");

        await RefusedAsync(engine, () => engine.CallAsync<ExecuteMultiOperationResponse>(new ExecuteMultiOperationRequest
        {
            Namespace = "default",
            Operations =
            {
                new ExecuteMultiOperationRequest.Types.Operation { StartWorkflow = engine.Start("order", """{"apiToken":"secret-of-the-start-beside-it"}""") },
                new ExecuteMultiOperationRequest.Types.Operation { UpdateWorkflow = engine.Update("order", SealedEngine.Encoded("json/plain", update)) },
            },
        }));

        (await tree.Vault.TreesAsync(DateTimeOffset.MaxValue)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("json/plain", $"\"{Secret}\"")]
    [InlineData("json/plain", $$"""{"token":"{{Secret}}"}""")]
    [InlineData("json/plain", $$"""{"apiToken":"{{Secret}}"}""")]
    [InlineData("binary/plain", Secret)]
    public async Task Reset_WithATokenInASignalAfterIt_IsRefused(string encoding, string data)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);

        await RefusedAsync(engine, () => engine.CallAsync<ResetWorkflowExecutionResponse>(new ResetWorkflowExecutionRequest
        {
            Namespace = "default",
            WorkflowExecution = new() { WorkflowId = "order" },
            PostResetOperations =
            {
                new Protocol.Api.Workflow.V1.PostResetOperation { SignalWorkflow = new() { SignalName = StatefulNames.ApiToken, Input = new() { Payloads_ = { SealedEngine.Encoded(encoding, data) } } } },
            },
        }));
    }

    [Theory]
    [InlineData("json/plain", """{"apiToken":null}""")]
    [InlineData("json/plain", """{"apiToken":{"name":"a","epoch":1,"fingerprint":"f"}}""")]
    [InlineData("json/plain", """{"config":{"apiToken":"of another system, not ours"}}""")]
    [InlineData("json/plain", """["apiToken"]""")]
    [InlineData("json/plain", "\"apiToken\"")]
    [InlineData("json/plain", """{"deep":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}""")]
    [InlineData("json/plain", """{"not json""")]
    [InlineData("binary/plain", "a document that mentions apiToken")]
    [InlineData("binary/plain", "{ a document that begins so")]
    [InlineData("binary/encrypted", "{4fj ciphertext")]
    public async Task Start_WithoutATokenInClear_PassesUnchanged(string encoding, string data)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        var start = engine.Start("order", "{}");
        start.Input = new() { Payloads_ = { SealedEngine.Encoded(encoding, data) } };
        engine.Behind = _ => Task.FromResult<IMessage>(new StartWorkflowExecutionResponse());

        await engine.CallAsync<StartWorkflowExecutionResponse>(start);

        ((StartWorkflowExecutionRequest)engine.Sent.Single()).Input.ShouldBe(start.Input);
    }

    [Fact]
    public async Task Message_SealedByTheCodec_PassesUnchanged()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        await engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", "{}"));
        var box = new Payload
        {
            Metadata = { ["encoding"] = ByteString.CopyFromUtf8("binary/encrypted"), ["encryption-key-id"] = ByteString.CopyFromUtf8("key-1") },
            Data = ByteString.CopyFrom([.. Enumerable.Range(0, 64).Select(i => (byte)((i * 97) + 131))]),
        };

        await engine.CallAsync<SignalWorkflowExecutionResponse>(engine.Signal("order", box));

        ((SignalWorkflowExecutionRequest)engine.Sent[^1]).Input.Payloads_.Single().ShouldBe(box);
    }

    [Theory]
    [InlineData($$"""{"ApiToken":"{{Secret}}","apiUrl":"https://api.example.com"}""")]
    [InlineData($$"""{"APITOKEN":"{{Secret}}","apiUrl":"https://api.example.com"}""")]
    [InlineData($$"""{"api\u0054oken":"{{Secret}}","apiUrl":"https://api.example.com"}""")]
    public async Task Start_WithTheNameInAnotherSpelling_IsSealed(string data)
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        var engine = new SealedEngine(tree);
        tree.IsSecret(Secret);

        await engine.CallAsync<StartWorkflowExecutionResponse>(engine.Start("order", data));

        var member = (await engine.InputOfAsync("order")).AsObject().Single(m => m.Key.Equals("apiToken", StringComparison.OrdinalIgnoreCase)).Value;
        (await engine.RedeemAsync(TreeFixture.OwnerOf("order"), SealedEngine.Reference(member))).ShouldBe(Secret);
    }

    private static async Task RefusedAsync(SealedEngine engine, Func<Task> call)
    {
        var refused = await Should.ThrowAsync<RpcException>(call);
        refused.Code.ShouldBe(RpcStatusCode.InvalidArgument, refused.Message);
        refused.Message.ShouldNotContain(Secret);
        engine.Sent.ShouldBeEmpty("nothing of it may reach the engine");
    }
}
