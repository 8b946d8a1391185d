using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mandate.Acceptance.Tests.Support;

/// <summary>An HTTP proxy that leads each CONNECT for one host to a server of the test, so that the program reaches it under the name it has in the world, and by TLS. Others are refused.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;

    public ConnectProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(LeadAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task LeadAsync(TcpClient from)
    {
        using (from)
        {
            try
            {
                var client = from.GetStream();
                var request = new StringBuilder();
                var one = new byte[1];
                while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    await client.ReadExactlyAsync(one, _stop.Token);
                    request.Append((char)one[0]);
                }

                if (!request.ToString().StartsWith($"CONNECT {_host}:443 ", StringComparison.Ordinal))
                {
                    await client.WriteAsync("HTTP/1.1 403 Forbidden\r\n\r\n"u8.ToArray(), _stop.Token);
                    return;
                }

                using var to = new TcpClient();
                await to.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                await client.WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray(), _stop.Token);
                await Task.WhenAny(client.CopyToAsync(to.GetStream(), _stop.Token), to.GetStream().CopyToAsync(client, _stop.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One of the two has gone.
            }
        }
    }
}
