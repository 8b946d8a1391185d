using Mandate.Identity.Propagation;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Identity.Tests.Propagation;

public sealed class MessageSenderTests
{
    private static readonly Principal Alice = EnvelopeFixture.Alice;

    [Fact]
    public async Task Current_MessagesOfAPerson_IsThatPersonWithItsScopes()
    {
        await using var engine = await EngineFixture.StartAsync();
        var handle = await StartAsync(engine, children: 0);
        var bob = EnvelopeFixture.Bob with { Scopes = ["orders:approve"] };

        using (Principal.Use(bob))
        {
            (await handle.QueryAsync(wf => wf.Ask())).ShouldBe("bob@acme [orders:approve] workflow=- root=- tree=False parent=False top=False");
            (await handle.ExecuteUpdateAsync(wf => wf.ChangeAsync())).ShouldBe("bob@acme [orders:approve] workflow=- root=- tree=False parent=False top=False");
            await handle.SignalAsync(wf => wf.TellAsync("said"));
        }

        (await handle.GetResultAsync().WithinLimit()).ShouldBe(["said bob@acme [orders:approve] workflow=- root=- tree=False parent=False top=False"]);
    }

    [Theory]
    [InlineData("asked", "asked", "tree=True parent=True top=True")]
    [InlineData("asked/other", "asked", "tree=True parent=False top=False")]
    [InlineData("stranger", "stranger", "tree=False parent=False top=False")]
    [InlineData("asked", "stranger", "tree=False parent=True top=True")]
    public async Task Current_WorkflowStatedByThePipeline_TellsWhichAndHowItIsRelated(string sender, string root, string related)
    {
        await using var engine = await EngineFixture.StartAsync();
        var parent = await StartAsync(engine, children: 1, messages: 2);

        await Eventually.BecomesAsync(() => ExistsAsync(engine, "asked/child"));
        await TellAsync(engine, "asked/child", engine.Envelopes.Signer.SignActor(Alice, new WorkflowSender(sender, "run-1", root), "default", "asked/child", WorkflowMessageKind.Signal, "Tell"));

        (await parent.GetResultAsync().WithinLimit()).ShouldContain($"stated alice@acme [orders:write] workflow={sender} root={root} {related}");
    }

    [Fact]
    public async Task Current_WorkflowWithoutPipeline_TellsItsTreeAlone()
    {
        await using var engine = await EngineFixture.StartAsync();
        var parent = await StartAsync(engine, children: 1);

        (await parent.GetResultAsync().WithinLimit()).ShouldBe(["down alice@acme [orders:write] workflow=- root=asked tree=True parent=False top=False"]);
    }

    [Fact]
    public async Task Query_UnsignedOrOfAnotherTenant_IsRefusedUnlessAllowed()
    {
        await using var engine = await EngineFixture.StartAsync();
        await StartAsync(engine, children: 0);

        (await Should.ThrowAsync<WorkflowQueryFailedException>(() => engine.BareClient.GetWorkflowHandle<AskedWorkflow>("asked").QueryAsync(wf => wf.Told()))).Message.ShouldContain("refused");
        using (Principal.Use(new("carol", "umbrella")))
            (await Should.ThrowAsync<WorkflowQueryFailedException>(() => engine.Client.GetWorkflowHandle<AskedWorkflow>("asked").QueryAsync(wf => wf.Told()))).Message.ShouldContain("another tenant");
        engine.Loggers.Lines.ShouldContain(l => l.Contains("MessageRefused", StringComparison.Ordinal) && l.Contains("WrongTenant", StringComparison.Ordinal));
    }

    [Fact]
    public void Current_OutsideAHandler_IsAClearError() =>
        Should.Throw<InvalidOperationException>(() => MessageSender.Current).Message.ShouldContain("AddIdentityPropagation");

    private static async Task<WorkflowHandle<AskedWorkflow, List<string>>> StartAsync(EngineFixture engine, int children, int messages = 1)
    {
        using (Principal.Use(Alice))
            return await engine.Client.StartWorkflowAsync((AskedWorkflow wf) => wf.RunAsync(children, messages), EngineFixture.Start("asked"));
    }

    private static async Task<bool> ExistsAsync(EngineFixture engine, string workflowId)
    {
        try
        {
            await engine.BareClient.GetWorkflowHandle(workflowId).DescribeAsync();
            return true;
        }
        catch (Protocol.RpcException e) when (e.Code is Protocol.RpcStatusCode.NotFound)
        {
            return false;
        }
    }

    private static Task TellAsync(EngineFixture engine, string workflowId, string statement) => new TemporalClient(engine.BareClient.Handler, new()
    {
        Interceptors = [new HeaderInterceptor(_ => new Dictionary<string, Payload> { [IdentityHeaders.Actor] = HeaderPayload.Write(statement) })],
    }).GetWorkflowHandle<AskedWorkflow>(workflowId).SignalAsync(wf => wf.TellAsync("stated"));
}
