using Mandate.Protocol.Api.Enums.V1;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;
using Mandate.Testing;

namespace Mandate.Temporal.Tests.EndToEnd;

public sealed class EnduranceTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const int Workflows = 150;
    private const int Rounds = 4;

    /// <summary>Activities after which a worker is stopped: so few that many workers take turns.</summary>
    private const int ActivitiesOfAWorker = 40;

    [Theory]
    [InlineData(Transport.InProcess, 10_000)]
    [InlineData(Transport.InProcess, 5)]
    [InlineData(Transport.InProcess, 0)]
    [InlineData(Transport.Grpc, 5)]
    public async Task Workers_StoppedAgainAndAgain_EveryWorkflowEndsOnceAndReplays(Transport transport, int cache)
    {
        await using var client = engine.Connect(transport);
        var queue = Guid.NewGuid().ToString();
        using var stop = new CancellationTokenSource();

        // The workers' own clock stands still: none of their time-outs passes on a machine that does, such as the one after which a worker that stops gives up its polls with what they bring.
        await using var working = engine.Connect(transport, new() { TimeProvider = new ManualTimeProvider() });
        var workers = RestartAsync(working, queue, cache, stop.Token);

        var handles = await Task.WhenAll(Enumerable.Range(0, Workflows).Select(i => client.StartWorkflowAsync((Rounded wf) => wf.RunAsync(i), new($"{queue}-{i}", queue))));
        await Task.WhenAll(handles.Select(async handle =>
        {
            for (var round = 0; round < Rounds; round++)
                await handle.SignalAsync(wf => wf.NextAsync(round));
        }));
        var results = await Task.WhenAll(handles.Select(h => h.GetResultAsync())).WaitAsync(Eventually.Limit * 5);
        await stop.CancelAsync();
        (await workers.WithinLimit()).ShouldBeGreaterThan(1);

        results.ShouldBe(Enumerable.Range(0, Workflows).Select(i => $"{i}: 0 1 2 3"));
        var replayer = new WorkflowReplayer(new WorkflowReplayerOptions().AddWorkflow<Rounded>());
        foreach (var handle in handles)
        {
            var history = await handle.FetchHistoryAsync();
            await replayer.ReplayWorkflowAsync(history);

            // A worker that stops leaves nothing behind that the next one has to wait for.
            history.Events.ShouldNotContain(e => e.WorkflowTaskTimedOutEventAttributes != null && e.WorkflowTaskTimedOutEventAttributes.TimeoutType == TimeoutType.StartToClose);
        }
    }

    /// <summary>One worker after the other, each for a few activities, until asked to stop.</summary>
    /// <returns>How many workers there were.</returns>
    private static async Task<int> RestartAsync(TemporalClient client, string queue, int cache, CancellationToken stop)
    {
        var count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            using var moment = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using var worker = new TemporalWorker(client, new TemporalWorkerOptions(queue) { MaxCachedWorkflows = cache, StickyQueueScheduleToStartTimeout = TimeSpan.FromMilliseconds(100) }
                .AddWorkflow<Rounded>()
                .AddAllActivities(new Echoes(moment)));
            try
            {
                await worker.ExecuteAsync(moment.Token);
            }
            catch (OperationCanceledException)
            {
                // The next one takes over.
            }
        }

        return count;
    }

    /// <summary>The activities of one worker, which is stopped when it has run enough of them.</summary>
    public sealed class Echoes(CancellationTokenSource enough)
    {
        private int _count;

        [Activity]
        public async Task<int> EchoAsync(int value)
        {
            if (Interlocked.Increment(ref _count) == ActivitiesOfAWorker)
                await enough.CancelAsync();
            return value;
        }
    }

    [Workflow]
    public sealed class Rounded
    {
        private readonly Queue<int> _rounds = new();

        [WorkflowRun]
        public async Task<string> RunAsync(int number)
        {
            var seen = new List<int>();
            for (var i = 0; i < Rounds; i++)
            {
                await Workflow.WaitConditionAsync(() => _rounds.Count > 0);
                var round = _rounds.Dequeue();
                var echoed = Workflow.ExecuteActivityAsync((Echoes a) => a.EchoAsync(round), new() { StartToCloseTimeout = TimeSpan.FromSeconds(5), RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(10) } });
                await Workflow.DelayAsync(1);
                seen.Add(await echoed);
            }

            return $"{number}: {string.Join(' ', seen.Order())}";
        }

        [WorkflowSignal]
        public Task NextAsync(int round)
        {
            _rounds.Enqueue(round);
            return Task.CompletedTask;
        }
    }
}
