using Google.Protobuf;

namespace Mandate.Protocol;

/// <summary>Composition and typed calls of <see cref="RpcHandler"/>.</summary>
public static class RpcPipeline
{
    /// <summary>Puts <paramref name="stages"/> in front of <paramref name="handler"/>; the first stage sees a call first.</summary>
    public static RpcHandler Through(this RpcHandler handler, params ReadOnlySpan<RpcStage> stages)
    {
        for (var i = stages.Length - 1; i >= 0; i--)
            handler = stages[i](handler);
        return handler;
    }

    /// <summary>Calls the RPC that takes <paramref name="request"/> and returns its typed response.</summary>
    /// <exception cref="RpcException">The call was refused or failed.</exception>
    public static async Task<TResponse> CallAsync<TResponse>(this RpcHandler handler, IMessage request, CancellationToken cancellation = default)
        where TResponse : class, IMessage =>
        (TResponse)await handler(new RpcCall(request, cancellation)).ConfigureAwait(false);
}
