namespace Mandate.Protocol.Grpc.Listening;

/// <summary>What the requests that have arrived and are not answered yet may weigh together. Whoever would exceed it is refused before the bytes are taken in.</summary>
internal sealed class RequestMemory(long limit)
{
    private long _used;

    /// <summary>Bytes of the requests in flight.</summary>
    internal long Used => Interlocked.Read(ref _used);

    /// <summary>Begins a call, which has nothing yet.</summary>
    internal Share Begin() => new(this);

    /// <summary>What one call holds. It is given back when the call's answer is there, before it is sent.</summary>
    internal sealed class Share(RequestMemory memory) : IDisposable
    {
        private long _held;

        /// <exception cref="RpcException">RESOURCE_EXHAUSTED: too much is in flight.</exception>
        internal void Take(long bytes)
        {
            _held += bytes;
            if (Interlocked.Add(ref memory._used, bytes) > memory.Limit)
                throw new RpcException(RpcStatusCode.ResourceExhausted, $"requests of more than {memory.Limit} bytes are in flight, which is this server's limit; send fewer at a time, or later");
        }

        public void Dispose()
        {
            Interlocked.Add(ref memory._used, -_held);
            _held = 0;
        }
    }

    private long Limit { get; } = limit;
}
