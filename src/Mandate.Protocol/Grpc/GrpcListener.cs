using System.Net;
using Mandate.Protocol.Grpc.Listening;
using Microsoft.Extensions.Logging;

namespace Mandate.Protocol.Grpc;

/// <summary>
/// Listens for unary gRPC over HTTP/2 and hands each call to an <see cref="RpcHandler"/>. Any gRPC client can call it, the official Temporal SDKs among them.
/// It also answers the standard health check (<c>grpc.health.v1.Health/Check</c>).
/// </summary>
public sealed partial class GrpcListener : IAsyncDisposable
{
    /// <summary>Time for cancelled handlers to return and their answers to leave, before connections are cut.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    private readonly KestrelHost _host;
    private readonly CallDispatcher _dispatcher;
    private readonly TimeSpan _drainTimeout;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _stopLock = new();
    private Task? _stopped;

    private GrpcListener(KestrelHost host, CallDispatcher dispatcher, GrpcListenerOptions options)
    {
        _host = host;
        _dispatcher = dispatcher;
        _drainTimeout = options.DrainTimeout;
        _timeProvider = options.TimeProvider;
        EndPoint = new(options.ListenOn.Address, host.Port);
    }

    /// <summary>Where the listener listens, with the port the system chose if it was left to it.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary><see cref="EndPoint"/> as <c>host:port</c>, the form clients take as their target.</summary>
    public string Address => EndPoint.ToString();

    /// <summary>Starts to listen; calls may arrive before this returns.</summary>
    /// <exception cref="IOException">The address cannot be listened on, for example because another process does.</exception>
    public static async Task<GrpcListener> StartAsync(RpcHandler handler, GrpcListenerOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        if (options.MaxBytesInFlight < options.MaxRequestBytes)
            throw new ArgumentException("MaxBytesInFlight must not be less than MaxRequestBytes: no request of the largest size could be taken in", nameof(options));
        var dispatcher = new CallDispatcher(handler, options.MaxRequestBytes, options.MaxBytesInFlight, options.TimeProvider, options.LoggerFactory);
        var host = new KestrelHost(options);
        try
        {
            await host.StartAsync(new CallApplication(dispatcher), cancellation).ConfigureAwait(false);
            var listener = new GrpcListener(host, dispatcher, options);
            listener.LogStart(options);
            return listener;
        }
        catch (Exception e)
        {
            await host.DisposeAsync().ConfigureAwait(false);
            dispatcher.Dispose();
            if (e is IOException)
                throw new IOException($"cannot listen on {options.ListenOn}: {e.Message} Choose another address or port, or end the process that has it.", e);
            throw;
        }
    }

    /// <summary>
    /// Stops gracefully: no new connections and calls, long polls end at once, other calls may finish within <see cref="GrpcListenerOptions.DrainTimeout"/> and
    /// are then cancelled. A call that is ended so is answered UNAVAILABLE, which clients retry.
    /// </summary>
    /// <param name="cancellation">Cuts the drain short.</param>
    public Task StopAsync(CancellationToken cancellation = default)
    {
        lock (_stopLock)
            return _stopped ??= DrainAsync(cancellation);
    }

    /// <summary>Stops as <see cref="StopAsync"/> does.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private void LogStart(GrpcListenerOptions options)
    {
        var logger = options.LoggerFactory.CreateLogger<GrpcListener>();
        LogListening(logger, Address, options.Tls switch { null => "cleartext", { ClientAuthorities: null } => "TLS", _ => "mutual TLS" });
        if (options.Tls is null && !IPAddress.IsLoopback(EndPoint.Address))
            LogExposed(logger, Address);
    }

    private async Task DrainAsync(CancellationToken cancellation)
    {
        using var drain = new CancellationTokenSource(_drainTimeout, _timeProvider);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(drain.Token, cancellation);
        using var onCut = cut.Token.Register(_dispatcher.EndAllCalls);
        using var abort = new CancellationTokenSource(_drainTimeout + AnswerTime, _timeProvider);
        _dispatcher.EndLongPolls();
        await _host.StopAsync(abort.Token).ConfigureAwait(false);
        await _host.DisposeAsync().ConfigureAwait(false);
        _dispatcher.Dispose();
    }
}
