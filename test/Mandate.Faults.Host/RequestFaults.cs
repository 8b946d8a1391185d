using Google.Protobuf;
using Mandate.Protocol;

namespace Mandate.Faults.Host;

/// <summary>A bad network in front of the engine: requests get lost before or after they were handled, come late, or come twice, one after the other or together.</summary>
internal sealed class RequestFaults(int seed, Witness witness)
{
    private readonly Random _random = new(seed);
    private readonly Lock _gate = new();
    private int _percent;

    /// <summary>How many of a hundred requests something happens to.</summary>
    public int Percent
    {
        get => Volatile.Read(ref _percent);
        set => Volatile.Write(ref _percent, value);
    }

    public RpcHandler Stage(RpcHandler next) => async call =>
    {
        if (Roll(100) >= Percent)
            return await next(call);
        switch (Roll(4))
        {
            case 0:
                witness.Write("fault request-lost");
                throw Lost();
            case 1:
                await next(call);
                witness.Write("fault answer-lost");
                throw Lost();
            case 2:
                witness.Write("fault delayed");
                await Task.Delay(TimeSpan.FromMilliseconds(Roll(400)), TimeProvider.System, call.Cancellation);
                return await next(call);
            default:
                return await TwiceAsync(next, call);
        }
    };

    private static RpcException Lost() => new(RpcStatusCode.Unavailable, "The connection was lost.");

    /// <summary>A poll is not doubled: a connection that doubles it gets two tasks, and one of them waits for its time-out.</summary>
    private async Task<IMessage> TwiceAsync(RpcHandler next, RpcCall call)
    {
        if (call.Method.Name.StartsWith("Poll", StringComparison.Ordinal))
            return await next(call);
        var together = Roll(2) == 0;
        witness.Write(together ? "fault doubled-together" : "fault doubled");
        if (!together)
        {
            await next(call);
            return await next(call);
        }

        // Messages that were handed over are not changed, and a request that came twice is two messages.
        var twin = new RpcCall(call.Method, call.Method.RequestParser.ParseFrom(call.Request.ToByteArray()), call.Cancellation);
        var (one, other) = (next(call), next(twin));
        await ((Task)Task.WhenAll(one, other)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await (Roll(2) == 0 ? one : other);
    }

    private int Roll(int sides)
    {
        lock (_gate)
            return _random.Next(sides);
    }
}
