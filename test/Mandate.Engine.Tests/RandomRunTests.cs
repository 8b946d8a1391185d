using Google.Protobuf.WellKnownTypes;
using Mandate.Engine.History;
using Mandate.Engine.Tests.Support;
using Mandate.Protocol;
using Mandate.Protocol.Api.Command.V1;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Testing;
using Xunit.Abstractions;

namespace Mandate.Engine.Tests;

/// <summary>Properties that hold whatever clients and workers do, shown on random behaviour from a printed seed.</summary>
public sealed class RandomRunTests(ITestOutputHelper output)
{
    private static readonly string[] Ids = ["a", "b", "c"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(0)]
    public async Task RandomBehaviour_AtAnyPoint_LeavesAStateThatTheStoreRebuilds(int fixedSeed)
    {
        var seed = fixedSeed == 0 ? Seed.Choose() : fixedSeed;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var host = await EngineHost.StartAsync();
        var tasks = new List<PollWorkflowTaskQueueResponse>();
        var activities = new List<PollActivityTaskQueueResponse>();
        var timers = 0;
        for (var step = 0; step < 400; step++)
        {
            try
            {
                await StepAsync(host, random, tasks, activities, () => $"t{timers++}");
            }
            catch (RpcException error) when (error.Code is RpcStatusCode.NotFound or RpcStatusCode.AlreadyExists or RpcStatusCode.InvalidArgument or RpcStatusCode.FailedPrecondition)
            {
                // A refusal is an answer too.
            }

            if (step % 20 == 19)
                await CheckAsync(host, $"seed {seed}, step {step}");
        }
    }

    private static async Task StepAsync(EngineHost host, Random random, List<PollWorkflowTaskQueueResponse> tasks, List<PollActivityTaskQueueResponse> activities, Func<string> timerId)
    {
        var id = Ids[random.Next(Ids.Length)];
        switch (random.Next(14))
        {
            case 0:
                await host.StartAsync(id, r => r.RetryPolicy = random.Next(3) == 0 ? new() { MaximumAttempts = 3 } : null);
                break;
            case 1 or 2:
                await host.SignalAsync(id, $"signal{random.Next(100)}", random.Next(2) == 0 ? "" : $"request{random.Next(20)}");
                break;
            case 3:
                await host.CancelAsync(id);
                break;
            case 4:
                if (random.Next(6) == 0)
                    await host.TerminateAsync(id);
                break;
            case 5 or 6 or 7:
                if (random.Next(3) > 0 && await TryPollAsync(host) is { } task)
                    tasks.Add(task);
                break;
            case 8 or 9 or 10:
                if (Take(random, tasks) is { } started)
                    await AnswerAsync(host, random, started, timerId);
                break;
            case 11:
                if (host.Backlog("orders", activity: true) > 0 && await host.NextActivityOrNothingAsync("orders") is { } next)
                    activities.Add(next);
                break;
            case 12:
                if (Take(random, activities) is { } activity)
                    await (random.Next(4) switch
                    {
                        0 => host.FailActivityAsync(activity),
                        1 => host.HeartbeatAsync(activity, $"beat{random.Next(10)}"),
                        2 => host.ReportCanceledAsync(activity),
                        _ => host.CompleteActivityAsync(activity),
                    });
                break;
            default:
                host.Time.Advance(TimeSpan.FromSeconds(random.Next(8)));
                break;
        }
    }

    private static async Task AnswerAsync(EngineHost host, Random random, PollWorkflowTaskQueueResponse task, Func<string> timerId)
    {
        if (random.Next(8) == 0)
        {
            await host.FailTaskAsync(task);
            return;
        }

        var commands = new List<Command>();
        for (var i = random.Next(4); i > 0; i--)
        {
            commands.Add(random.Next(9) switch
            {
                0 => Commands.Timer(timerId(), random.Next(1, 20)),
                1 => Commands.CancelTimer($"t{random.Next(20)}"),
                2 => Commands.CancelActivity(random.Next(1, 40)),
                3 => Commands.Marker(),
                4 => Commands.Child(Ids[random.Next(Ids.Length)] + "-child", c => c.ParentClosePolicy = (ParentClosePolicy)random.Next(4)),
                5 => Commands.SignalOther(Ids[random.Next(Ids.Length)]),
                6 => Commands.CancelOther(Ids[random.Next(Ids.Length)]),
                _ => Commands.Activity(timerId(), a => a.HeartbeatTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(random.Next(1, 30)))),
            });
        }

        if (random.Next(12) == 0)
            commands.Add(random.Next(4) switch { 0 => Commands.Fail(), 1 => Commands.Cancel(), 2 => Commands.ContinueAsNew(), _ => Commands.Complete() });
        await host.CompleteAsync(
            task,
            r =>
            {
                r.ForceCreateNewWorkflowTask = random.Next(10) == 0;
                if (random.Next(3) == 0)
                    r.StickyAttributes = EngineHost.Sticky;
            },
            [.. commands]);
    }

    private static async Task<PollWorkflowTaskQueueResponse?> TryPollAsync(EngineHost host)
    {
        foreach (var queue in (string[])["orders", "worker-1", "children"])
        {
            if (host.Backlog(queue, activity: false) > 0)
                return await host.NextTaskOrNothingAsync(queue);
        }

        return null;
    }

    /// <summary>Ids are contiguous (the reading checks it), and the state rebuilt from the store equals that in memory.</summary>
    private static async Task CheckAsync(EngineHost host, string where)
    {
        await Wait.UntilAsync(() => host.Engine.Core.Chains.Background == 0, $"background work to end at {where}");
        foreach (var id in (string[])[.. Ids, .. Ids.Select(i => i + "-child")])
        {
            Run run;
            try
            {
                run = host.RunOf(id);
            }
            catch (AggregateException error) when (error.InnerException is RpcException { Code: RpcStatusCode.NotFound })
            {
                continue;
            }

            await host.HistoryAsync(id);
            var (inMemory, rebuilt) = await host.Engine.Core.Chains.ChangeAsync(run.Namespace, id, transaction =>
            {
                transaction.Chain.LastCommit.Wait(Wait.Limit).ShouldBeTrue();
                var open = transaction.Open("");
                var (row, events, parts) = host.Engine.Core.Store.Read(r => (r.Run(open.Run.Key)!, r.Events(open.Run.Key), r.Parts(open.Run.Key)));
                return (StateText.Of(open.State), StateText.Of(RunReplay.Rebuild(row, events, parts)));
            });
            rebuilt.ShouldBe(inMemory, $"{id} at {where}");
        }
    }

    private static T? Take<T>(Random random, List<T> list)
        where T : class
    {
        if (list.Count == 0)
            return null;
        var index = random.Next(list.Count);
        var item = list[index];
        list.RemoveAt(index);
        return item;
    }
}
