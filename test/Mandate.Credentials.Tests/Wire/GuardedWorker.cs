using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;
using Mandate.Testing;

namespace Mandate.Credentials.Tests.Wire;

/// <summary>A worker, and the client beside it, that prove themselves to a guarded endpoint on one connection.</summary>
internal sealed class GuardedWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TemporalWorker _worker;
    private readonly Task _running;
    private int _started;

    public GuardedWorker(GuardedEndpoint endpoint, WorkerAuthentication authentication)
    {
        Client = TemporalClient.CreateLazy(new(endpoint.Address) { ConfigureChannel = channel => authentication.Apply(channel with { Stages = [Calls.Wrap] }) });
        var options = new TemporalWorkerOptions("orders") { GracefulShutdownTimeout = TimeSpan.FromSeconds(5), DeadlockTimeout = TimeSpan.FromSeconds(30) };
        _worker = new(Client, options.AddWorkflow<OrderWorkflow>().AddActivity(OrderWorkflow.GreetAsync));
        _running = _worker.ExecuteAsync(_stop.Token);
    }

    public WorkerCalls Calls { get; } = new();

    public TemporalClient Client { get; }

    /// <summary>Workflows started.</summary>
    public int Started => _started;

    /// <summary>Runs a workflow to its end.</summary>
    public async Task<string> RunAsync()
    {
        var number = Interlocked.Increment(ref _started);
        return await Client.ExecuteWorkflowAsync((OrderWorkflow workflow) => workflow.RunAsync($"{number}"), new($"order-{number}", "orders")).WithinLimit();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_running.WithinLimit()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _worker.Dispose();
        await Client.DisposeAsync();
        _stop.Dispose();
    }
}
