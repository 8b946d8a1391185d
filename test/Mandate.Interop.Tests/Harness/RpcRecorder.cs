using System.Collections.Concurrent;
using Google.Protobuf;
using Mandate.Protocol;

namespace Mandate.Interop.Tests.Harness;

/// <summary>Remembers what went through: requests with their answers, in the order of the answers.</summary>
public sealed class RpcRecorder
{
    private readonly ConcurrentQueue<(IMessage Request, IMessage Response)> _calls = new();

    private readonly ConcurrentDictionary<object, IMessage> _open = new();

    public RpcStage Stage => next => async call =>
    {
        var mark = new object();
        _open[mark] = call.Request;
        try
        {
            var response = await next(call);
            _calls.Enqueue((call.Request, response));
            return response;
        }
        finally
        {
            _open.TryRemove(mark, out _);
        }
    };

    /// <summary>How many calls of one RPC have come and not ended.</summary>
    public int Open<TRequest>()
        where TRequest : IMessage => _open.Values.Count(r => r is TRequest);

    /// <summary>Answered calls of one RPC.</summary>
    public IReadOnlyList<(TRequest Request, TResponse Response)> Of<TRequest, TResponse>()
        where TRequest : IMessage
        where TResponse : IMessage =>
        [.. _calls.Where(c => c.Request is TRequest).Select(c => ((TRequest)c.Request, (TResponse)c.Response))];
}
