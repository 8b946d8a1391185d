using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Mandate.Protocol.Grpc.Calling;
using Microsoft.Extensions.Logging;

namespace Mandate.Protocol.Grpc;

/// <summary>
/// Calls a server by unary gRPC over HTTP/2: Mandate's own listener, or a Temporal cluster. Connections are made by the first call, shared by all calls, and made
/// anew when they break; a call that fails is not repeated here.
/// </summary>
/// <remarks>
/// Errors of <see cref="Handler"/>: <see cref="RpcException"/> with the server's status, or with UNAVAILABLE when the server cannot be reached,
/// DEADLINE_EXCEEDED when <see cref="RpcCall.Timeout"/> passes, FAILED_PRECONDITION when a credential would leave in clear, RESOURCE_EXHAUSTED when the answer is
/// too large; <see cref="OperationCanceledException"/> when <see cref="RpcCall.Cancellation"/> is.
/// </remarks>
public sealed partial class GrpcChannel : IAsyncDisposable
{
    private readonly GrpcChannelOptions _options;
    private readonly GrpcTarget _target;
    private readonly HttpMessageInvoker _http;
    private readonly ConcurrentDictionary<RpcMethod, Uri> _addresses = new();
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closed = new();
    private bool _isLost;

    /// <summary>Creates the channel; nothing is connected yet.</summary>
    /// <exception cref="ArgumentException">The target is no address.</exception>
    public GrpcChannel(GrpcChannelOptions options)
    {
        _options = options;
        _target = GrpcTarget.Parse(options);
        _http = new(ChannelTransport.Create(_target, options), disposeHandler: true);
        _logger = options.LoggerFactory.CreateLogger<GrpcChannel>();
        Handler = ((RpcHandler)CallAsync).Through([.. options.Stages]);
    }

    /// <summary>Sends calls to the server, through the stages of the options.</summary>
    public RpcHandler Handler { get; }

    /// <summary>The server's address with scheme and port.</summary>
    public Uri Target => _target.BaseAddress;

    /// <summary>Closes the connections; calls in flight fail with CANCELLED.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        _http.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => Target.ToString();

    private async Task<IMessage> CallAsync(RpcCall call)
    {
        ObjectDisposedException.ThrowIf(_closed.IsCancellationRequested, this);
        using var limits = new CallLimits(call, _options.TimeProvider, _closed.Token);
        try
        {
            using var request = await RequestAsync(call, limits.Token).ConfigureAwait(false);
            using var response = await _http.SendAsync(request, limits.Token).ConfigureAwait(false);
            NoteReached();
            return await CallResponse.ReadAsync(response, call.Method, _options.MaxResponseBytes, limits.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (limits.Caused(e))
        {
            throw limits.Explain(e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            var failure = TransportFailure.Translate(e, Target);
            if (failure.Code == RpcStatusCode.Unavailable)
                NoteLost(failure);
            throw failure;
        }
    }

    // One line when the server is lost and one when it is back, however many calls fail between. A race may write one twice, which does no harm.
    private void NoteReached()
    {
        if (!_isLost)
            return;
        _isLost = false;
        LogReachedAgain(_logger, Target.Authority);
    }

    private void NoteLost(RpcException failure)
    {
        if (_isLost)
            return;
        _isLost = true;
        LogLost(_logger, failure.Message);
    }

    private async ValueTask<HttpRequestMessage> RequestAsync(RpcCall call, CancellationToken cancellation)
    {
        var metadata = _options.Metadata is { } provider
            ? call.Metadata.With(await provider(call, cancellation).ConfigureAwait(false))
            : call.Metadata;

        var address = _addresses.GetOrAdd(call.Method, static (method, target) => new Uri(target, method.Path), _target.BaseAddress);
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new MessageContent(call.Request),
        };
        var headers = request.Headers;
        headers.Host = _target.Authority;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, GrpcHeaders.AcceptedEncodings);
        if (call.Timeout is { } timeout)
            headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcTimeout.Format(timeout));
        OutgoingMetadata.Write(metadata, headers, _target, _options.AllowCredentialsOverCleartext);
        return request;
    }
}
