using System.Collections.Concurrent;
using System.Net;
using Mandate.Engine;
using Mandate.Protocol;
using Mandate.Protocol.Grpc;
using Mandate.Temporal.Client;
using Mandate.Testing;

namespace Mandate.Credentials.Tests.Wire;

/// <summary>An engine behind a gRPC listener that lets calls in by their bearer token, and keeps what arrived.</summary>
internal sealed class GuardedEndpoint : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentQueue<ArrivedCall> _arrived = new();
    private EmbeddedEngine _engine = null!;
    private GrpcListener _listener = null!;

    private GuardedEndpoint(Func<string, Task<bool>> accepts) => Accepts = accepts;

    /// <summary>Whether a token is good now.</summary>
    public Func<string, Task<bool>> Accepts { get; set; }

    public string Address => _listener.Address;

    public IReadOnlyCollection<ArrivedCall> Arrived => _arrived;

    public IEnumerable<ArrivedCall> Polls => _arrived.Where(c => c.Method.StartsWith("Poll", StringComparison.Ordinal));

    public static async Task<GuardedEndpoint> StartAsync(Func<string, Task<bool>> accepts)
    {
        var endpoint = new GuardedEndpoint(accepts);
        endpoint._engine = await EmbeddedEngine.StartAsync(new() { DataDirectory = endpoint._directory.Path });
        endpoint._listener = await GrpcListener.StartAsync(endpoint._engine.Handler.Through(endpoint.Guard), new() { ListenOn = new(IPAddress.Loopback, 0) });
        return endpoint;
    }

    /// <summary>Starts a workflow in the engine itself, so that a waiting worker gets something to do.</summary>
    public async Task StartPastTheGuardAsync() =>
        await new TemporalClient(_engine.Handler).StartWorkflowAsync((OrderWorkflow workflow) => workflow.RunAsync("past the guard"), new("past-the-guard", "orders"));

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _engine.DisposeAsync();
        _directory.Dispose();
    }

    private RpcHandler Guard(RpcHandler next) => async call =>
    {
        var header = call.Metadata["authorization"];
        var isGood = header?.StartsWith("Bearer ", StringComparison.Ordinal) == true && await Accepts(header["Bearer ".Length..]);
        _arrived.Enqueue(new(call.Method.Name, header ?? "", call.Metadata[WorkerCalls.GenerationKey], isGood));
        return isGood ? await next(call) : throw new RpcException(RpcStatusCode.Unauthenticated, "the token is not valid");
    };
}
