using Google.Protobuf;
using Mandate.Protocol;

namespace Mandate.Faults.Host;

/// <summary>A bad network in front of the engine: requests get lost before or after they were handled, come late, or come twice.</summary>
internal sealed class RequestFaults(int seed)
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
                throw Lost();
            case 1:
                await next(call);
                throw Lost();
            case 2:
                await Task.Delay(TimeSpan.FromMilliseconds(Roll(400)), TimeProvider.System, call.Cancellation);
                return await next(call);
            default:
                return await TwiceAsync(next, call);
        }
    };

    private static RpcException Lost() => new(RpcStatusCode.Unavailable, "The connection was lost.");

    /// <summary>A poll is not doubled: a connection that doubles it gets two tasks, and one of them waits for its time-out.</summary>
    private static async Task<IMessage> TwiceAsync(RpcHandler next, RpcCall call)
    {
        if (!call.Method.Name.StartsWith("Poll", StringComparison.Ordinal))
            await next(call);
        return await next(call);
    }

    private int Roll(int sides)
    {
        lock (_gate)
            return _random.Next(sides);
    }
}
