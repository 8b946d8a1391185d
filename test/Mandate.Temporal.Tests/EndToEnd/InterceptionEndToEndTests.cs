using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.EndToEnd;

public sealed class InterceptionEndToEndTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public async Task Headers_SetByInterceptors_ReachEveryCall(Transport transport)
    {
        var tracing = new Tracing();
        await engine.RunAsync(
            transport,
            o => o.AddWorkflow<Traced>().AddWorkflow<TracedChild>().AddAllActivities(new Greeting()),
            async (client, queue) =>
            {
                tracing.Trace = "alice";
                var handle = await client.StartWorkflowAsync((Traced wf) => wf.RunAsync(false), new(Guid.NewGuid().ToString(), queue));
                await handle.SignalAsync(wf => wf.GoAsync());
                (await handle.GetResultAsync()).ShouldBe("Hello, traced!");
                (await handle.QueryAsync(wf => wf.State)).ShouldBe("gone");
            },
            interceptors: [tracing]);

        tracing.Seen.Distinct().Order().ShouldBe(
        [
            "activity Greet alice",
            "activity Upper alice",
            "child TracedChild alice",
            "continue Traced alice",
            "local Greet alice",
            "query State alice",
            "run Traced alice",
            "run TracedChild alice",
            "signal Go alice",
            "signal Poke alice",
        ]);
    }

    [Theory, InlineData(Transport.InProcess), InlineData(Transport.Grpc)]
    public Task Codec_Everywhere_LeavesNothingReadableInHistory(Transport transport) => engine.RunAsync(
        transport,
        o => o.AddWorkflow<Secretive>().AddAllActivities(new Greeting()),
        async (client, queue) =>
        {
            var handle = await client.StartWorkflowAsync((Secretive wf) => wf.RunAsync("canary-input"), new(Guid.NewGuid().ToString(), queue) { Memo = new Dictionary<string, object> { ["m"] = "canary-memo" } });
            await handle.SignalAsync(wf => wf.GoAsync("canary-signal"));

            (await handle.GetResultAsync()).ShouldBe("Hello, canary-input canary-signal!");
            (await handle.QueryAsync(wf => wf.State)).ShouldBe("canary-signal");
            (await (await handle.DescribeAsync()).GetMemoAsync<string>("m")).ShouldBe("canary-memo");

            var history = (await handle.FetchHistoryAsync()).ToJson();
            Encoding.UTF8.GetString(ByteString.CopyFromUtf8(history).ToByteArray()).ShouldNotContain("canary");
            Plain((await handle.FetchHistoryAsync()).Events.SelectMany(e => e.WorkflowExecutionStartedEventAttributes?.Input?.Payloads_ ?? [])).ShouldBeEmpty();
            (await handle.FetchHistoryAsync()).Events.ShouldContain(e => e.EventType == EventType.MarkerRecorded);
        },
        converter: new DataConverter { Codec = new ReversingCodec() });

    private static IEnumerable<string> Plain(IEnumerable<Payload> payloads) => payloads.Select(p => p.Data.ToStringUtf8()).Where(d => d.Contains("canary", StringComparison.Ordinal));

    [Workflow]
    public sealed class Traced
    {
        private bool _go;

        [WorkflowQuery]
        public string State => _go ? "gone" : "waiting";

        [WorkflowRun]
        public async Task<string> RunAsync(bool again)
        {
            if (!again)
            {
                await Workflow.WaitConditionAsync(() => _go);
                throw Workflow.CreateContinueAsNewException((Traced wf) => wf.RunAsync(true));
            }

            _go = true;
            var child = await Workflow.StartChildWorkflowAsync((TracedChild wf) => wf.RunAsync());
            await child.SignalAsync(wf => wf.PokeAsync());
            await child.GetResultAsync();
            await Workflow.ExecuteActivityAsync(() => Greeting.Upper("x"), Greeting.Options);
            return await Workflow.ExecuteLocalActivityAsync((Greeting a) => a.GreetAsync("traced", "Hello"), new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) });
        }

        [WorkflowSignal]
        public Task GoAsync()
        {
            _go = true;
            return Task.CompletedTask;
        }
    }

    [Workflow]
    public sealed class TracedChild
    {
        private bool _poked;

        [WorkflowRun]
        public Task RunAsync() => Workflow.WaitConditionAsync(() => _poked);

        [WorkflowSignal]
        public Task PokeAsync()
        {
            _poked = true;
            return Task.CompletedTask;
        }
    }

    [Workflow]
    public sealed class Secretive
    {
        private string _signal = "";

        [WorkflowQuery]
        public string State => _signal;

        [WorkflowRun]
        public async Task<string> RunAsync(string input)
        {
            await Workflow.WaitConditionAsync(() => _signal.Length > 0);
            Workflow.Patched("change");
            await Workflow.ExecuteLocalActivityAsync(() => Greeting.Upper("canary-local"), new() { StartToCloseTimeout = TimeSpan.FromSeconds(10) });
            return await Workflow.ExecuteActivityAsync((Greeting a) => a.GreetAsync($"{input} {_signal}", "Hello"), Greeting.Options);
        }

        [WorkflowSignal]
        public Task GoAsync(string text)
        {
            _signal = text;
            return Task.CompletedTask;
        }
    }

    /// <summary>Turns the bytes of payloads round: enough to see where a codec was left out.</summary>
    private sealed class ReversingCodec : IPayloadCodec
    {
        private const string Encoding = "binary/reversed";

        public Task<IReadOnlyList<Payload>> EncodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Select(p => new Payload { Metadata = { ["encoding"] = ByteString.CopyFromUtf8(Encoding) }, Data = Turn(p.ToByteString()) })]);

        public Task<IReadOnlyList<Payload>> DecodeAsync(IReadOnlyList<Payload> payloads, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<Payload>>([.. payloads.Select(p => p.Metadata["encoding"].ToStringUtf8() == Encoding ? Payload.Parser.ParseFrom(Turn(p.Data)) : p)]);

        private static ByteString Turn(ByteString data)
        {
            var bytes = data.ToByteArray();
            Array.Reverse(bytes);
            return ByteString.CopyFrom(bytes);
        }
    }

    /// <summary>Carries a word from the client through everything a workflow does, and notes where it arrives.</summary>
    private sealed class Tracing : IClientInterceptor, IWorkerInterceptor
    {
        private const string Key = "trace";

        internal string? Trace { get; set; }

        internal ConcurrentQueue<string> Seen { get; } = new();

        public ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => new Client(this, nextInterceptor);

        public WorkflowInboundInterceptor InterceptWorkflow(WorkflowInboundInterceptor nextInterceptor) => new Inbound(this, nextInterceptor);

        public ActivityInboundInterceptor InterceptActivity(ActivityInboundInterceptor nextInterceptor) => new Activity(this, nextInterceptor);

        private static Dictionary<string, Payload> Header(string? trace) => new() { [Key] = new() { Data = ByteString.CopyFromUtf8(trace ?? "nobody") } };

        private static string Read(IReadOnlyDictionary<string, Payload>? headers) => headers?.TryGetValue(Key, out var value) == true ? value.Data.ToStringUtf8() : "nobody";

        private sealed class Client(Tracing owner, ClientOutboundInterceptor next) : ClientOutboundInterceptor(next)
        {
            public override Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(StartWorkflowInput input) =>
                base.StartWorkflowAsync<TWorkflow, TResult>(input with { Headers = Header(owner.Trace) });

            public override Task SignalWorkflowAsync(SignalWorkflowInput input) => base.SignalWorkflowAsync(input with { Headers = Header(owner.Trace) });

            public override Task<TResult> QueryWorkflowAsync<TResult>(QueryWorkflowInput input) => base.QueryWorkflowAsync<TResult>(input with { Headers = Header(owner.Trace) });
        }

        private sealed class Inbound(Tracing owner, WorkflowInboundInterceptor next) : WorkflowInboundInterceptor(next)
        {
            private string _trace = "";

            public override void Init(WorkflowOutboundInterceptor outbound)
            {
                _trace = Read(Workflow.Info.Headers);
                base.Init(new Outbound(owner, _trace, outbound));
            }

            public override Task<object?> ExecuteWorkflowAsync(ExecuteWorkflowInput input)
            {
                owner.Seen.Enqueue($"run {Workflow.Info.WorkflowType} {Read(input.Headers)}");
                return base.ExecuteWorkflowAsync(input);
            }

            public override Task HandleSignalAsync(HandleSignalInput input)
            {
                owner.Seen.Enqueue($"signal {input.Signal} {Read(input.Headers)}");
                return base.HandleSignalAsync(input);
            }

            public override object? HandleQuery(HandleQueryInput input)
            {
                owner.Seen.Enqueue($"query {input.Query} {Read(input.Headers)}");
                return base.HandleQuery(input);
            }
        }

        private sealed class Outbound(Tracing owner, string trace, WorkflowOutboundInterceptor next) : WorkflowOutboundInterceptor(next)
        {
            public override Task<TResult> ScheduleActivityAsync<TResult>(ScheduleActivityInput input) => base.ScheduleActivityAsync<TResult>(input with { Headers = Header(trace) });

            public override Task<TResult> ScheduleLocalActivityAsync<TResult>(ScheduleLocalActivityInput input)
            {
                owner.Seen.Enqueue($"local {input.Activity} {trace}");
                return base.ScheduleLocalActivityAsync<TResult>(input with { Headers = Header(trace) });
            }

            public override Task<ChildWorkflowHandle<TWorkflow, TResult>> StartChildWorkflowAsync<TWorkflow, TResult>(StartChildWorkflowInput input)
            {
                owner.Seen.Enqueue($"child {input.Workflow} {trace}");
                return base.StartChildWorkflowAsync<TWorkflow, TResult>(input with { Headers = Header(trace) });
            }

            public override Task SignalChildWorkflowAsync(SignalChildWorkflowInput input) => base.SignalChildWorkflowAsync(input with { Headers = Header(trace) });

            public override ContinueAsNewException CreateContinueAsNewException(CreateContinueAsNewExceptionInput input)
            {
                owner.Seen.Enqueue($"continue {input.Workflow} {trace}");
                return base.CreateContinueAsNewException(input with { Headers = Header(trace) });
            }
        }

        private sealed class Activity(Tracing owner, ActivityInboundInterceptor next) : ActivityInboundInterceptor(next)
        {
            public override Task<object?> ExecuteActivityAsync(ExecuteActivityInput input)
            {
                owner.Seen.Enqueue($"activity {ActivityExecutionContext.Current.Info.ActivityType} {Read(input.Headers)}");
                return base.ExecuteActivityAsync(input);
            }
        }
    }
}
