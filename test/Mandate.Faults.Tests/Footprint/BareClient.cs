using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Mandate.Protocol;

namespace Mandate.Faults.Tests.Footprint;

/// <summary>A client of one connection, which can be cut beneath it.</summary>
internal sealed class BareClient : IDisposable
{
    private readonly HttpClient _client;
    private Socket? _socket;

    public BareClient(IPEndPoint server)
    {
        var transport = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await _socket.ConnectAsync(server, cancellation);
                return new NetworkStream(_socket, ownsSocket: true);
            },
        };
        _client = new(transport) { BaseAddress = new($"http://{server}"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a call and waits for its answer.</summary>
    public async Task SendAsync(IMessage message)
    {
        var bytes = message.ToByteArray();
        byte[] frame = [0, (byte)(bytes.Length >> 24), (byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
        using var request = new HttpRequestMessage(HttpMethod.Post, RpcMethods.ForRequest(message.GetType()).Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame) { Headers = { ContentType = new("application/grpc") } },
        };
        request.Headers.TE.Add(new("trailers"));
        using var response = await _client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>Ends the connection as the system does for a process that dies: with a reset, or by closing it without HTTP/2's farewell.</summary>
    public void Cut(bool reset)
    {
        if (reset)
            _socket!.LingerState = new(enable: true, seconds: 0);
        _socket!.Close();
    }

    public void Dispose() => _client.Dispose();
}
