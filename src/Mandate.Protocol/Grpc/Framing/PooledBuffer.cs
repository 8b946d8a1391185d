using System.Buffers;

namespace Mandate.Protocol.Grpc.Framing;

/// <summary>Bytes in one array rented from the shared pool, growing by doubling up to a limit.</summary>
internal sealed class PooledBuffer(int maxBytes) : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 4096;

    private byte[] _bytes = [];
    private int _count;

    /// <summary>What was written so far; valid until the next write.</summary>
    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _count);

    /// <summary>True once more than the limit was written.</summary>
    internal bool IsOverLimit => _count > maxBytes;

    public void Advance(int count) => _count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_count);
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _count = 0;
    }

    private void Reserve(int sizeHint)
    {
        if (_bytes.Length - _count >= Math.Max(sizeHint, 1))
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_count + Math.Max(sizeHint, 1), Math.Max(_bytes.Length * 2, FirstSize)));
        Written.Span.CopyTo(larger);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
