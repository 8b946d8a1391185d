using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Mandate.Testing;

namespace Mandate.Protocol.Tests.Grpc.Hostile;

/// <summary>An HTTP/2 client made of a socket: writes any frame, reads frame headers. It knows just enough HPACK to send literals.</summary>
internal sealed class RawConnection : IDisposable
{
    internal const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    internal const byte EndStream = 1, EndHeaders = 4;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    internal static async Task<RawConnection> OpenAsync(System.Net.IPEndPoint server, bool handshake = true)
    {
        var connection = new RawConnection();
        await connection._socket.ConnectAsync(server);
        if (handshake)
        {
            await connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
            await connection.SendFrameAsync(Settings, 0, 0, []);
        }

        return connection;
    }

    internal async Task SendAsync(byte[] bytes) => await _socket.SendAsync(bytes);

    internal Task SendFrameAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return SendAsync(frame);
    }

    /// <summary>Opens a gRPC call; its message is sent separately.</summary>
    internal Task BeginCallAsync(int stream, string method, params (string Name, string Value)[] more) => SendFrameAsync(
        Headers,
        EndHeaders,
        stream,
        Block(
            [
                (":method", "POST"), (":scheme", "http"), (":path", "/temporal.api.workflowservice.v1.WorkflowService/" + method), (":authority", "x"),
                ("content-type", "application/grpc"), ("te", "trailers"), .. more,
            ]));

    /// <summary>Literal header fields, never indexed, no Huffman (RFC 7541, 6.2.3).</summary>
    internal static byte[] Block((string Name, string Value)[] headers)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0x10);
            foreach (var text in (string[])[name, value])
            {
                var bytes = Encoding.ASCII.GetBytes(text);
                bytes.Length.ShouldBeLessThan(127);
                block.WriteByte((byte)bytes.Length);
                block.Write(bytes);
            }
        }

        return block.ToArray();
    }

    /// <summary>Reads frames until one matches; null when the server closes first.</summary>
    internal async Task<RawFrame?> ReadUntilAsync(Func<RawFrame, bool> matches)
    {
        using var patience = new CancellationTokenSource(Eventually.Limit, TimeProvider.System);
        while (true)
        {
            if (await ReadAsync(9, patience.Token) is not { } header)
                return null;
            var length = (header[0] << 16) | (header[1] << 8) | header[2];
            if (await ReadAsync(length, patience.Token) is not { } payload)
                return null;
            var frame = new RawFrame(header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
            if (matches(frame))
                return frame;
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> ReadAsync(int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        var read = 0;
        try
        {
            while (read < count)
            {
                var got = await _socket.ReceiveAsync(bytes.AsMemory(read), cancellation);
                if (got == 0)
                    return null;
                read += got;
            }
        }
        catch (SocketException)
        {
            return null;
        }

        return bytes;
    }
}
