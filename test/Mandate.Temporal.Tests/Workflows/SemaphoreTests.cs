using Mandate.Protocol.Conversion;
using Mandate.Temporal.Tests.Support;
using Mandate.Temporal.Workflows;
using Semaphore = Mandate.Temporal.Workflows.Semaphore;

namespace Mandate.Temporal.Tests.Workflows;

public sealed class SemaphoreTests
{
    [Theory]
    [InlineData("order", "a b c d")]
    [InlineData("most", "2")]
    [InlineData("try", "False")]
    [InlineData("cancel", "canceled then b")]
    [InlineData("toomany", "InvalidOperationException")]
    public void Semaphore_InAWorkflow_KeepsOrderAndCount(string what, string expected)
    {
        var run = Replaying.Run<Using>(new HistoryBuilder().Started("Using", what).OpenTask().Slice());

        DataConverter.Default.PayloadConverter.ToValue<string>(run.Machine.UnsentCommands()[^1].CompleteWorkflowExecutionCommandAttributes.Result.Payloads_[0]).ShouldBe(expected);
    }

    [Workflow]
    public sealed class Using
    {
        private readonly Semaphore _semaphore = new(2);
        private readonly List<string> _order = [];
        private int _inside;
        private int _most;

        [WorkflowRun]
        public async Task<string> RunAsync(string what)
        {
            switch (what)
            {
                case "try":
                    await _semaphore.WaitAsync();
                    await _semaphore.WaitAsync();
                    return (await _semaphore.WaitAsync(TimeSpan.Zero)).ToString();
                case "cancel":
                    return await CancelAsync();
                case "toomany":
                    try
                    {
                        _semaphore.Release();
                        return "released";
                    }
                    catch (InvalidOperationException e)
                    {
                        return e.GetType().Name;
                    }

                default:
                    await Task.WhenAll(new[] { "a", "b", "c", "d" }.Select(EnterAsync));
                    return what == "order" ? string.Join(' ', _order) : _most.ToString();
            }
        }

        private async Task EnterAsync(string name)
        {
            await _semaphore.WaitAsync();
            _order.Add(name);
            _most = Math.Max(_most, ++_inside);
            await Task.Yield();
            _inside--;
            _semaphore.Release();
        }

        private async Task<string> CancelAsync()
        {
            await _semaphore.WaitAsync();
            await _semaphore.WaitAsync();
            using var source = new CancellationTokenSource();
            var first = _semaphore.WaitAsync(source.Token);
            var second = EnterAsync("b");
            source.Cancel();
            try
            {
                await first;
                return "not canceled";
            }
            catch (OperationCanceledException)
            {
                _semaphore.Release();
                await second;
                return $"canceled then {_order[0]}";
            }
        }
    }
}
