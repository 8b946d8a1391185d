using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Failures;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Tests.Workflows;

/// <content>The workflows.</content>
public sealed partial class WorkflowTests
{
    [Workflow]
    public sealed class Order
    {
        [WorkflowRun]
        public async Task<string> RunAsync(string item)
        {
            var price = await Workflow.ExecuteActivityAsync<int>("Charge", [item], Options);
            await Workflow.DelayAsync(TimeSpan.FromHours(1));
            return $"{item} for {price}";
        }
    }

    [Workflow(FailureExceptionTypes = [typeof(InsufficientMemoryException)])]
    public sealed class Throwing
    {
        [WorkflowRun]
        public Task RunAsync(string what) => throw (what == "listed" ? new InsufficientMemoryException("listed") : new InvalidTimeZoneException("bug"));
    }

    [Workflow]
    public sealed class CleaningUp
    {
        [WorkflowRun]
        public async Task RunAsync()
        {
            try
            {
                await Workflow.DelayAsync(TimeSpan.FromHours(1));
            }
            catch (OperationCanceledException)
            {
                await Workflow.ExecuteActivityAsync("CleanUp", [], Options with { CancellationToken = CancellationToken.None });
            }
        }
    }

    [Workflow]
    public sealed class Waiting
    {
        private string? _approvedBy;

        [WorkflowQuery]
        public string Notes { get; private set; } = "";

        [WorkflowRun]
        public async Task<string> RunAsync() => await Workflow.WaitConditionAsync(() => _approvedBy is not null, TimeSpan.FromDays(1)) ? _approvedBy! : "timed out";

        [WorkflowSignal]
        public Task ApproveAsync(string by)
        {
            _approvedBy = by;
            return Task.CompletedTask;
        }

        [WorkflowSignal]
        public Task NoteAsync(string text)
        {
            Notes += text;
            return Task.CompletedTask;
        }

        [WorkflowQuery]
        public string Repeat(string text) => text + text;

        [WorkflowQuery]
        public string Wrong() => Workflow.DelayAsync(1).IsFaulted ? Workflow.DelayAsync(1).Exception!.InnerException is { } e ? throw e : "" : "scheduled";
    }

    [Workflow]
    public sealed class LateHandler
    {
        [WorkflowRun]
        public async Task<int> RunAsync()
        {
            await Task.Yield();
            var value = 0;
            Workflow.Signals["Later"] = WorkflowSignalDefinition.CreateWithoutAttribute("Later", (int v) =>
            {
                value = v;
                return Task.CompletedTask;
            });
            await Workflow.WaitConditionAsync(() => value != 0);
            return value;
        }
    }

    [Workflow]
    public sealed class Renewing
    {
        [WorkflowRun]
        public Task RunAsync(int round) => throw Workflow.CreateContinueAsNewException((Renewing wf) => wf.RunAsync(round + 1));
    }

    [Workflow]
    public sealed class Updated
    {
        [WorkflowRun]
        public Task RunAsync() => Workflow.WaitConditionAsync(() => false);

        [WorkflowUpdate]
        public async Task<string> SetAsync(string value)
        {
            await Task.Yield();
            return value == "fail" ? throw new ApplicationFailureException("refused") : value;
        }

        [WorkflowUpdateValidator(nameof(SetAsync))]
        public void ValidateSet(string value)
        {
            if (value == "bad")
                throw new InvalidOperationException("bad value");
        }
    }

    [Workflow]
    public sealed class Parent
    {
        [WorkflowRun]
        public async Task<string> RunAsync()
        {
            try
            {
                var child = await Workflow.StartChildWorkflowAsync((Order wf) => wf.RunAsync("book"), new() { Id = "child" });
                return $"{child.FirstExecutionRunId} {await child.GetResultAsync()}";
            }
            catch (WorkflowAlreadyStartedException e)
            {
                return $"already {e.WorkflowId}";
            }
        }
    }

    [Workflow]
    [method: WorkflowInit]
    public sealed class Initialized(string text)
    {
        [WorkflowRun]
        public Task<string> RunAsync(string again) => Task.FromResult($"{text} {again}");
    }

    [Workflow]
    public sealed class NoTimeout
    {
        [WorkflowRun]
        public Task RunAsync() => Workflow.ExecuteActivityAsync("Charge", [], new());
    }
}
