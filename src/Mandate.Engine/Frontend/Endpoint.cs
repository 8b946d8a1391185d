using Google.Protobuf;
using Mandate.Protocol;

namespace Mandate.Engine.Frontend;

/// <summary>One RPC of the engine.</summary>
internal abstract class Endpoint
{
    /// <summary>Type of the request message, which names the RPC.</summary>
    public abstract Type RequestType { get; }

    /// <exception cref="RpcException">The call is refused.</exception>
    public abstract Task<IMessage> HandleAsync(RpcCall call);
}

/// <summary>One RPC with its messages.</summary>
internal abstract class Endpoint<TRequest, TResponse>(EngineCore core) : Endpoint
    where TRequest : class, IMessage
    where TResponse : class, IMessage
{
    public sealed override Type RequestType => typeof(TRequest);

    protected EngineCore Core { get; } = core;

    protected EngineLimits Limits => Core.Limits;

    public sealed override async Task<IMessage> HandleAsync(RpcCall call) =>
        await HandleAsync((TRequest)call.Request, call).ConfigureAwait(false);

    protected abstract Task<TResponse> HandleAsync(TRequest request, RpcCall call);
}
