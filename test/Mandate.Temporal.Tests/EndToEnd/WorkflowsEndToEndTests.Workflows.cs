using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Mandate.Temporal.Workflows;
using Mandate.Testing;

namespace Mandate.Temporal.Tests.EndToEnd;

/// <content>The workflows.</content>
public sealed partial class WorkflowsEndToEndTests
{
    [Workflow]
    public sealed class Hello
    {
        [WorkflowRun]
        public async Task<string> RunAsync(string name)
        {
            var greeting = await Workflow.ExecuteActivityAsync((Greeting a) => a.GreetAsync(name, "Hello"), Greeting.Options);
            return await Workflow.ExecuteActivityAsync(() => Greeting.Upper(greeting), Greeting.Options);
        }
    }

    /// <summary>What <see cref="Collecting"/> must not be changed to while it runs.</summary>
    [Workflow("Collecting")]
    public sealed class ChangedCollecting
    {
        [WorkflowRun]
        public Task RunAsync(int count) => Workflow.DelayAsync(TimeSpan.FromHours(count));
    }

    [Workflow]
    public sealed class Collecting
    {
        private readonly List<string> _items = [];

        [WorkflowQuery]
        public IReadOnlyList<string> Items => _items;

        [WorkflowRun]
        public async Task<string> RunAsync(int count)
        {
            await Workflow.WaitConditionAsync(() => _items.Count >= count);
            await Workflow.DelayAsync(TimeSpan.FromMilliseconds(5));
            return string.Join(' ', _items);
        }

        [WorkflowSignal]
        public Task AddAsync(string item)
        {
            _items.Add(item);
            return Task.CompletedTask;
        }

        [WorkflowQuery]
        public int Count(int offset) => _items.Count + offset;
    }

    [Workflow]
    public sealed class Parent
    {
        [WorkflowRun]
        public async Task<string> RunAsync(string queue) =>
            $"child said {await Workflow.ExecuteChildWorkflowAsync((Hello wf) => wf.RunAsync("child"), new() { TaskQueue = queue })}";
    }

    [Workflow]
    public sealed class Failing
    {
        [WorkflowRun]
        public Task RunAsync() => Workflow.ExecuteActivityAsync((Greeting a) => a.FailAsync(), Greeting.Options);
    }

    [Workflow]
    public sealed class FailingChildParent
    {
        [WorkflowRun]
        public Task RunAsync() => Workflow.ExecuteChildWorkflowAsync((Failing wf) => wf.RunAsync());
    }

    [Workflow]
    public sealed class Sleeping
    {
        [WorkflowRun]
        public Task RunAsync() => Workflow.DelayAsync(TimeSpan.FromDays(30));
    }

    [Workflow]
    public sealed class Counting
    {
        [WorkflowRun]
        public Task<int> RunAsync(int round) => round < 3 ? throw Workflow.CreateContinueAsNewException((Counting wf) => wf.RunAsync(round + 1)) : Task.FromResult(round);
    }

    [Workflow]
    public sealed class Messenger
    {
        [WorkflowRun]
        public async Task<string> RunAsync(string collecting, string sleeping)
        {
            await Workflow.GetExternalWorkflowHandle<Collecting>(collecting).SignalAsync(wf => wf.AddAsync("from outside"));
            await Workflow.GetExternalWorkflowHandle(sleeping).CancelAsync();
            try
            {
                await Workflow.GetExternalWorkflowHandle("nobody").SignalAsync("Add", ["x"]);
                return "delivered";
            }
            catch (ApplicationFailureException e)
            {
                return e.ErrorType ?? "";
            }
        }
    }

    [Workflow]
    public sealed class Adjusting
    {
        private int _value;
        private bool _finished;

        [WorkflowRun]
        public async Task<int> RunAsync()
        {
            await Workflow.WaitConditionAsync(() => _finished);
            return _value;
        }

        [WorkflowUpdate]
        public async Task<int> SetAsync(int value)
        {
            await Workflow.DelayAsync(1);
            if (value == 13)
                throw new ApplicationFailureException("unlucky");
            var before = _value;
            _value = value;
            return before;
        }

        [WorkflowUpdateValidator(nameof(SetAsync))]
        public void ValidateSet(int value)
        {
            if (value < 0)
                throw new ApplicationFailureException("negative");
        }

        [WorkflowUpdate]
        public Task FinishAsync()
        {
            _finished = true;
            return Task.CompletedTask;
        }
    }

    [Workflow]
    public sealed class Local
    {
        private static readonly LocalActivityOptions Options = new() { StartToCloseTimeout = TimeSpan.FromSeconds(10), RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(1) } };

        [WorkflowRun]
        public async Task<string> RunAsync()
        {
            var greeting = await Workflow.ExecuteLocalActivityAsync((Greeting a) => a.GreetAsync("local", "Hello"), Options);
            return $"{greeting} {await Workflow.ExecuteLocalActivityAsync((Greeting a) => a.FailTwiceAsync(), Options)}";
        }
    }

    [Workflow]
    public sealed class LongLocal
    {
        [WorkflowRun]
        public Task<string> RunAsync() => Workflow.ExecuteLocalActivityAsync((Greeting a) => a.WaitForGateAsync(), new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) });
    }

    [Workflow]
    public sealed class Describing
    {
        private static readonly SearchAttributeKey<long> Number = SearchAttributeKey.CreateLong("CustomIntField");

        [WorkflowRun]
        public async Task<string> RunAsync()
        {
            var who = Workflow.PayloadConverter.ToValue(Workflow.Memo["who"].Payload, typeof(string));
            var patched = Workflow.Patched("change") ? "patched" : "old";
            Workflow.UpsertMemo(MemoUpdate.ValueSet("state", "open"));
            await Workflow.DelayAsync(1);
            return $"{patched} {who} {Workflow.PayloadConverter.ToValue(Workflow.Memo["state"].Payload, typeof(string))} {Number.Name.Length - 2}";
        }
    }

    [Workflow]
    public sealed class Blocking
    {
        internal static ManualResetEventSlim Gate { get; } = new();

        [WorkflowRun]
        public Task RunAsync()
        {
            Gate.Wait(Eventually.Limit);
            return Task.CompletedTask;
        }
    }
}
