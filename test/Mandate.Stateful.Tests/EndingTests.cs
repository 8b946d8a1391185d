using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Failures;
using Mandate.Stateful.Tests.Harness;
using Mandate.Stateful.Tests.Workflows;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Stateful.Tests;

/// <summary>A workflow that is not continued to its last line all the same ends as its run method did, and nobody learns from it what is not meant for them.</summary>
public sealed class EndingTests
{
    [Theory]
    [InlineData("returns")]
    [InlineData("fails")]
    public async Task End_SpreadOverRuns_LeavesWhatItEndsWithToTheCodec(string how)
    {
        const string text = "what-only-the-codec-may-show-7f3a";
        const int children = 600;
        var converter = new DataConverter { Codec = new TurningCodec(), FailureConverter = new DefaultFailureConverter(new() { EncodeCommonAttributes = true }) };
        await using var tree = await TreeFixture.StartAsync(ledger: false, limits: new() { SuggestContinueAsNewEvents = 300 }, converter: converter);
        tree.Looks = 50;
        tree.IsSecret(text);
        var plan = new EndingPlan { How = how, Children = children, Text = text };
        var handle = await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((EndingWorkflow wf) => wf.RunAsync(plan), TreeFixture.Start("ends")));
        await Eventually.BecomesAsync(async () => (await tree.BareClient.CountWorkflowsAsync("ExecutionStatus = 'Running'")).Count == children + 1);

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<EndingWorkflow>("ends").SignalAsync(wf => wf.EndAsync()));

        if (how == "returns")
        {
            (await handle.GetResultAsync().WithinLimit()).ShouldBe($"it returns {text}");
        }
        else
        {
            var failure = (await Should.ThrowAsync<WorkflowFailedException>(() => handle.GetResultAsync().WithinLimit())).InnerException.ShouldBeOfType<ApplicationFailureException>();
            failure.Message.ShouldBe($"It failed: {text}");
            failure.Details.ElementAt<string>(0).ShouldBe(text);
        }

        // One that begins to end, and one at least that goes on with it.
        (await tree.BareClient.CountWorkflowsAsync("WorkflowId = 'ends'")).Count.ShouldBeGreaterThan(1);
        // Every history of it was searched for the text when this has passed.
        await tree.CheckAsync();
    }

    [Fact]
    public async Task End_ByAnExceptionThatTheWorkersOptionsName_IsOneForTheTreeToo()
    {
        await using var tree = await TreeFixture.StartAsync(worker: false);
        tree.Configure = o =>
        {
            o.WorkflowFailureExceptionTypes = [typeof(FormatException)];
            return o;
        };
        tree.AddWorker();
        var plan = new EndingPlan { How = "breaks", Children = 2 };
        var handle = await tree.AsAsync(TreeFixture.Alice, () => tree.Client.StartWorkflowAsync((EndingWorkflow wf) => wf.RunAsync(plan), TreeFixture.Start("breaks")));
        await Eventually.BecomesAsync(async () => (await tree.TreeOfAsync("breaks")).Children.Count(c => c.State == ChildState.Running) == 2);

        await tree.AsAsync(TreeFixture.Alice, () => tree.Client.GetWorkflowHandle<EndingWorkflow>("breaks").SignalAsync(wf => wf.EndAsync()));

        (await Should.ThrowAsync<WorkflowFailedException>(() => handle.GetResultAsync().WithinLimit())).InnerException.ShouldBeOfType<ApplicationFailureException>().ErrorType.ShouldBe(nameof(FormatException));
        (await tree.BareClient.GetWorkflowHandle("breaks").FetchHistoryAsync()).Events.Count(e => e.EventType == EventType.RequestCancelExternalWorkflowExecutionInitiated).ShouldBe(2);
    }

    /// <summary>Turns every bit of a payload, and leaves headers as they are.</summary>
    private sealed class TurningCodec : IPayloadCodec
    {
        private static readonly ByteString Encoding = ByteString.CopyFromUtf8("binary/turned");

        public Task<IReadOnlyList<Payload>> EncodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Select(p => new Payload { Metadata = { ["encoding"] = Encoding }, Data = Turn(p.ToByteString()) })]);

        public Task<IReadOnlyList<Payload>> DecodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Select(p => p.Metadata.TryGetValue("encoding", out var encoding) && encoding.Equals(Encoding) ? Payload.Parser.ParseFrom(Turn(p.Data)) : p)]);

        private static ByteString Turn(ByteString bytes) => ByteString.CopyFrom([.. bytes.Select(b => (byte)~b)]);
    }
}
