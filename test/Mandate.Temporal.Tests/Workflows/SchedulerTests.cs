using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Worker.Instance;
using Mandate.Temporal.Worker.Runs;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.Workflows;

public sealed class SchedulerTests
{
    [Fact]
    public void Steps_OfSeveralTasks_RunInTheOrderTheyBecameReady()
    {
        Result<Interleaving, string>().ShouldBe("a0 b0 c0 a1 b1 c1 a2 b2 c2");
    }

    [Fact]
    public void Conditions_SeveralTrue_AreSettledOneAtATimeInTheirOrder()
    {
        Result<Conditions, string>().ShouldBe("first second third");
    }

    [Fact]
    public void Code_RunsWithoutSynchronizationContextOnTheWorkflowsScheduler()
    {
        Result<Surroundings, bool>().ShouldBeTrue();
    }

    [Fact]
    public void Handlers_OfTheFirstTask_RunBeforeTheRunMethod()
    {
        Result<Early, string>(new HistoryBuilder().Started().Signaled("Hello", "x").OpenTask()).ShouldBe("signal x, run");
    }

    [Fact]
    public void Random_SameRun_GivesTheSameNumbersAndGuids()
    {
        Result<Randomness, string>().ShouldBe(Result<Randomness, string>());
    }

    [Fact]
    public void Random_KnownSeed_GivesKnownNumbers()
    {
        // Part of what replay has to repeat: these numbers never change.
        var random = new DeterministicRandom("seed");
        (random.Next(), random.Next(10), random.NextInt64(1000)).ShouldBe((1352121620, 8, 261L));
    }

    [Fact]
    public void Now_IsTheTimeOfTheTaskAndAdvancesWithIt()
    {
        var history = new HistoryBuilder().Started().Task().TimerStarted().TimerFired(5).OpenTask();
        var run = Replaying.Run<Clock>(history.Slice(previousStarted: 3));

        Completed<string>(run).ShouldBe($"{HistoryBuilder.TimeOf(3):O} {HistoryBuilder.TimeOf(8):O}");
    }

    [Fact]
    public async Task Resume_FromAnotherThread_FailsTheTaskAndSaysWhatToUse()
    {
        ForeignWait.Gate = new();
        var history = new HistoryBuilder().Started().OpenTask();
        var run = Replaying.Run<ForeignWait>(history.Slice());

        await Task.Run(() => ForeignWait.Gate.SetResult());
        history.TaskCompleted().Signaled("x").OpenTask();

        Should.Throw<WorkflowTaskFailedException>(() => run.Advance(history.Slice(previousStarted: 3, after: 3))).Message.ShouldContain("Workflow.DelayAsync");
    }

    [Fact]
    public void Context_OutsideAWorkflow_SaysSo()
    {
        Workflow.InWorkflow.ShouldBeFalse();
        Should.Throw<InvalidOperationException>(() => Workflow.UtcNow).Message.ShouldContain("not workflow code");
    }

    private static TResult Result<TWorkflow, TResult>(HistoryBuilder? history = null) => Completed<TResult>(Replaying.Run<TWorkflow>((history ?? new HistoryBuilder().Started().OpenTask()).Slice()));

    private static TResult Completed<TResult>(WorkflowRun run)
    {
        var end = run.Machine.UnsentCommands()[^1];
        end.CommandType.ShouldBe(CommandType.CompleteWorkflowExecution);
        return DataConverter.Default.PayloadConverter.ToValue<TResult>(end.CompleteWorkflowExecutionCommandAttributes.Result.Payloads_[0]);
    }

    [Workflow]
    public sealed class Interleaving
    {
        private readonly List<string> _steps = [];

        [WorkflowRun]
        public async Task<string> RunAsync()
        {
            await Task.WhenAll(StepAsync("a"), StepAsync("b"), StepAsync("c"));
            return string.Join(' ', _steps);
        }

        private async Task StepAsync(string name)
        {
            for (var i = 0; i < 3; i++)
            {
                _steps.Add($"{name}{i}");
                await Task.Yield();
            }
        }
    }

    [Workflow]
    public sealed class Conditions
    {
        private readonly List<string> _order = [];
        private bool _go;

        [WorkflowRun]
        public async Task<string> RunAsync()
        {
            var first = WaitAsync("first", () => _go);
            var third = WaitAsync("third", () => _order.Count == 2);
            var second = WaitAsync("second", () => _go);
            _go = true;
            await Task.WhenAll(first, second, third);
            return string.Join(' ', _order);
        }

        private async Task WaitAsync(string name, Func<bool> condition)
        {
            await Workflow.WaitConditionAsync(condition);
            _order.Add(name);
        }
    }

    [Workflow]
    public sealed class Surroundings
    {
        [WorkflowRun]
        public async Task<bool> RunAsync()
        {
            await Task.Yield();
            return SynchronizationContext.Current is null && TaskScheduler.Current is WorkflowInstance && Workflow.InWorkflow;
        }
    }

    [Workflow]
    public sealed class Early
    {
        private readonly List<string> _steps = [];

        [WorkflowRun]
        public Task<string> RunAsync()
        {
            _steps.Add("run");
            return Task.FromResult(string.Join(", ", _steps));
        }

        [WorkflowSignal]
        public Task HelloAsync(string text)
        {
            _steps.Add($"signal {text}");
            return Task.CompletedTask;
        }
    }

    [Workflow]
    public sealed class Randomness
    {
        [WorkflowRun]
        public Task<string> RunAsync() => Task.FromResult($"{Workflow.Random.Next()} {Workflow.Random.NextDouble()} {Workflow.NewGuid()}");
    }

    [Workflow]
    public sealed class Clock
    {
        [WorkflowRun]
        public async Task<string> RunAsync()
        {
            var before = Workflow.UtcNow;
            await Workflow.DelayAsync(TimeSpan.FromSeconds(1));
            return $"{before:O} {Workflow.UtcNow:O}";
        }
    }

    [Workflow]
    public sealed class ForeignWait
    {
        internal static TaskCompletionSource Gate { get; set; } = new();

        [WorkflowRun]
        public Task RunAsync() => WaitAsync();

        private static async Task WaitAsync() => await Gate.Task;
    }
}
