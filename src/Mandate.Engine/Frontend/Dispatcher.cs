using System.Collections.Frozen;
using Google.Protobuf;
using Mandate.Protocol;

namespace Mandate.Engine.Frontend;

/// <summary>The engine's <see cref="RpcHandler"/>: finds the endpoint and sees to it that whatever goes wrong leaves as a status.</summary>
internal sealed partial class Dispatcher : IDisposable
{
    private readonly EngineCore _core;
    private readonly FrozenDictionary<RpcMethod, Endpoint> _endpoints;
    private readonly CancellationTokenSource _stopped = new();
    private volatile bool _closed;

    public Dispatcher(EngineCore core)
    {
        _core = core;
        _endpoints = Endpoints.All(core).ToFrozenDictionary(e => RpcMethods.ForRequest(e.RequestType));
    }

    public async Task<IMessage> HandleAsync(RpcCall call)
    {
        if (_closed)
            throw Errors.ShuttingDown();
        if (!_endpoints.TryGetValue(call.Method, out var endpoint))
            throw new RpcException(RpcStatusCode.Unimplemented, $"unknown method {call.Method.Name} for service {call.Method.Service}");
        try
        {
            var answer = endpoint.HandleAsync(call);
            return answer.IsCompleted ? await answer.ConfigureAwait(false) : await answer.WaitAsync(_stopped.Token).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            throw;
        }
        catch (OperationCanceledException) when (call.Cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException error) when (_stopped.IsCancellationRequested)
        {
            throw new RpcException(RpcStatusCode.Unavailable, "The engine has stopped.", error);
        }
        catch (EngineStoreException error)
        {
            throw Errors.Store(error);
        }
#pragma warning disable CA1031 // The last line of defence: a defect becomes a status, never a crash.
        catch (Exception error)
#pragma warning restore CA1031
        {
            var correlation = Guid.NewGuid().ToString("N");
            CallFailed(_core.Log, call.Method.Name, correlation, error);
            throw new RpcException(RpcStatusCode.Internal, $"The engine failed to answer {call.Method.Name}. The cause is in its log under {correlation}.", error);
        }
    }

    /// <summary>Takes no more calls; those under way go on.</summary>
    public void Close() => _closed = true;

    /// <summary>Ends calls that still wait for something: nothing will happen any more.</summary>
    public void Stop() => _stopped.Cancel();

    public void Dispose() => _stopped.Dispose();
}
