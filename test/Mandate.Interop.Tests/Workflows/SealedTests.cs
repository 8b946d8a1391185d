using System.Text;
using Google.Protobuf;
using Mandate.Interop.Tests.CSharp;
using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion.Sealing;
using Xunit.Abstractions;

namespace Mandate.Interop.Tests.Workflows;

/// <summary>Client and worker of different languages with the same codec: the service sees nothing in the clear.</summary>
public abstract class SealedTests(TypeScriptDriver typeScript, ITestOutputHelper output) : InteropTest(typeScript, output)
{
    private const string Canary = "canary-7f3a";

    protected override bool Sealed => true;

    /// <summary>Whose client calls.</summary>
    protected abstract IClientSide Caller { get; }

    [Fact]
    public async Task Codec_OnBothSides_ArgumentsSignalsQueriesAndResultsArrive()
    {
        await StartWorkerAsync();
        Track(await Caller.StartAsync("journey", WorkflowId, Workers.Queue, [Canary]));
        await OpenAsync(Canary);
        await Caller.SignalAsync(WorkflowId, "approve", Canary);

        (await Caller.ResultAsync<string[]>(WorkflowId)).ShouldBe([$"passed {Canary}", Canary, "Hello, journey!"], ignoreOrder: true);
        (await Caller.QueryAsync<string>(WorkflowId, "progress", Canary)).ShouldStartWith(Canary);
        await NothingIsReadableAsync();
    }

    [Fact]
    public async Task Codec_WorkflowFails_MessageAndTypeArriveAndNoMessageIsReadable()
    {
        await StartWorkerAsync();
        Track(await Caller.StartAsync("parent", WorkflowId, Workers.Queue, ["failForGood", Workers.Queue, Canary]));

        var e = await Should.ThrowAsync<SdkException>(() => Caller.ResultAsync<string>(WorkflowId));

        (e.Error.Chain().Last().Message, e.Error.Chain().Last().Type).ShouldBe((Canary, "ForGood"));
        await NothingIsReadableAsync();
    }

    private async Task NothingIsReadableAsync()
    {
        var family = await Histories.FamilyAsync(Engine.Handler, [new Run(WorkflowId, "")]);
        family.Count.ShouldBe(2);
        family.Values.ShouldAllBe(h => Holds(h, SealingCodec.Encoding), "the scan finds what the codec left");
        family.Values.ShouldAllBe(h => !Holds(h, Canary));
        Recorder.Of<RespondQueryTaskCompletedRequest, RespondQueryTaskCompletedResponse>().ShouldAllBe(q => !Holds(q.Request, Canary));
    }

    private static bool Holds(IMessage message, string text) => Encoding.Latin1.GetString(message.ToByteArray()).Contains(text, StringComparison.Ordinal);
}
