using Mandate.Interop.Tests.Harness;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;
using Mandate.Temporal.Workflows;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Our own workers over gRPC.</summary>
public sealed class CSharpWorkers(DataConverter? converter = null) : IWorkerSide
{
    public const string TaskQueue = "csharp";

    /// <summary>The C# twins of the workflows in <c>typescript/workflows</c>.</summary>
    public static IReadOnlyList<Type> Workflows { get; } = [.. typeof(CSharpWorkers).Assembly.GetTypes().Where(t => t.IsDefined(typeof(WorkflowAttribute), inherit: false))];

    /// <summary>Gates of all workers of this process, as the Node process has them.</summary>
    public static Gates Gates { get; } = new();

    public string Queue => TaskQueue;

    public async Task<IAsyncDisposable> StartAsync(string address, bool cached = true, string ns = "default")
    {
        var client = await TemporalClient.ConnectAsync(new TemporalClientConnectOptions(address) { Namespace = ns, DataConverter = converter ?? DataConverter.Default });
        var options = new TemporalWorkerOptions(TaskQueue) { DeadlockTimeout = TimeSpan.FromSeconds(30), MaxHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(100) }.AddAllActivities(new InteropActivities(Gates));
        foreach (var workflow in Workflows)
            options.AddWorkflow(workflow);
        if (!cached)
            options.MaxCachedWorkflows = 0;
        return new Running(client, new TemporalWorker(client, options));
    }

    public Task<int> ArrivalsAsync(string gate) => Task.FromResult(Gates.Arrivals(gate));

    public Task OpenAsync(string gate)
    {
        Gates.Open(gate);
        return Task.CompletedTask;
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly TemporalClient _client;
        private readonly TemporalWorker _worker;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _execution;
        private bool _stopped;

        public Running(TemporalClient client, TemporalWorker worker)
        {
            _client = client;
            _worker = worker;
            _execution = worker.ExecuteAsync(_stop.Token);
        }

        public async ValueTask DisposeAsync()
        {
            if (_stopped)
                return;
            _stopped = true;
            await _stop.CancelAsync();
            try
            {
                await _execution;
            }
            catch (OperationCanceledException)
            {
                // How a worker ends that was told to stop.
            }

            _worker.Dispose();
            await _client.DisposeAsync();
            _stop.Dispose();
        }
    }
}
