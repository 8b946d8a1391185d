using System.Net;
using Google.Protobuf;
using Mandate.Protocol.Api.Health.V1;
using Mandate.Protocol.Grpc.Framing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Mandate.Protocol.Grpc.Listening;

/// <summary>
/// Turns an HTTP/2 request into an <see cref="RpcCall"/> and the handler's outcome into a gRPC answer.
/// <list type="number">
/// <item>What is not gRPC at all is refused with an HTTP status.</item>
/// <item>The method, the deadline and the message are read; each defect is a gRPC status.</item>
/// <item>The handler runs under a token that ends with the caller, the deadline, or the listener.</item>
/// <item>The answer is the message and <c>grpc-status: 0</c> in the trailers, or a status alone. An unexpected exception is logged whole and answered with
/// nothing but the id it is logged under.</item>
/// </list>
/// </summary>
internal sealed partial class CallDispatcher : IDisposable
{
    private readonly RpcHandler _handler;
    private readonly int _maxRequestBytes;
    private readonly RequestMemory _memory;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _pollsEnd = new();
    private readonly CancellationTokenSource _callsEnd = new();

    internal CallDispatcher(RpcHandler handler, int maxRequestBytes, long maxBytesInFlight, TimeProvider timeProvider, ILoggerFactory loggers)
    {
        _memory = new(maxBytesInFlight);
        _handler = handler;
        _maxRequestBytes = maxRequestBytes;
        _timeProvider = timeProvider;
        _logger = loggers.CreateLogger<GrpcListener>();
    }

    /// <summary>Bytes of the requests that are not answered yet.</summary>
    internal long BytesInFlight => _memory.Used;

    /// <summary>Answers the calls that wait for something to happen, now and from now on.</summary>
    internal void EndLongPolls() => _pollsEnd.Cancel();

    /// <summary>Cancels every call in flight.</summary>
    internal void EndAllCalls() => _callsEnd.Cancel();

    public void Dispose()
    {
        _pollsEnd.Dispose();
        _callsEnd.Dispose();
    }

    internal async Task InvokeAsync(HttpContext context)
    {
        if (!IsGrpc(context))
            return;

        var answer = new CallAnswer(context);
        using var share = _memory.Begin();
        var path = context.Request.Path.Value ?? "";

        // A path that is no method's is the caller's own text: it is not logged.
        var name = RpcMethods.TryGet(path, out var method) ? path : "an unknown method";
        try
        {
            if (method is null)
                throw UnknownMethod(path);

            var timeout = Timeout(context.Request.Headers);
            using var lifetime = new CallLifetime(
                timeout,
                _timeProvider,
                IsLongPoll(method) ? _pollsEnd.Token : _callsEnd.Token,
                context.RequestAborted);
            try
            {
                var request = await ReadAsync(context, method, share, lifetime.Token).ConfigureAwait(false);
                var call = new RpcCall(method, request, lifetime.Token)
                {
                    Metadata = CallMetadata.Read(context.Request.Headers),
                    Timeout = timeout,
                    Peer = Peer(context.Connection),
                    ClientCertificate = context.Connection.ClientCertificate,
                    Caller = context.Features.Get<IHttpAuthenticationFeature>()?.User is { Identity.IsAuthenticated: true } user ? user : null,
                };
                answer.Succeed(await HandleAsync(call).ConfigureAwait(false));
            }
            catch (Exception e) when (lifetime.End != CallEnd.None && e is OperationCanceledException or IOException or RpcException { Code: RpcStatusCode.Cancelled })
            {
                answer.End(lifetime.End);
            }
        }
        catch (RpcException e) when (e.Code is > RpcStatusCode.Ok and <= RpcStatusCode.Unauthenticated)
        {
            LogRefused(_logger, name, e.Code, context.TraceIdentifier);
            answer.Fail(e.Code, e.Message, e.Details);
        }
#pragma warning disable CA1031 // The last resort of the process's edge: no exception of a handler may end a connection or show its text to a caller.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(_logger, e, name, context.TraceIdentifier);
            answer.Fail(RpcStatusCode.Internal, $"internal error; the server's log has it under {context.TraceIdentifier}", []);
        }

        // Given back before the answer leaves: who calls again when it has the answer is not refused for the request that was answered.
        share.Dispose();
        await answer.CompleteAsync().ConfigureAwait(false);
    }

    private static bool IsGrpc(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (!HttpMethods.IsPost(request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = HttpMethods.Post;
            return false;
        }

        if (!GrpcHeaders.IsGrpcContentType(request.ContentType))
        {
            response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            response.Headers.Accept = GrpcHeaders.ContentType;
            return false;
        }

        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            response.StatusCode = StatusCodes.Status426UpgradeRequired;
            response.Headers.Upgrade = "h2c";
            return false;
        }

        return true;
    }

    private static RpcException UnknownMethod(string path)
    {
        var slash = path.LastIndexOf('/');
        return new(
            RpcStatusCode.Unimplemented,
            slash > 0
                ? $"unknown method {path[(slash + 1)..]} for service {path[1..slash]}"
                : $"malformed method name {path}: expected /service/method");
    }

    private static TimeSpan? Timeout(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue(GrpcHeaders.Timeout, out var value) || StringValues.IsNullOrEmpty(value))
            return null;
        return GrpcTimeout.TryParse(value.ToString(), out var timeout)
            ? timeout
            : throw new RpcException(RpcStatusCode.InvalidArgument, $"malformed {GrpcHeaders.Timeout}: expected one to eight digits and one of H M S m u n");
    }

    private async ValueTask<IMessage> ReadAsync(HttpContext context, RpcMethod method, RequestMemory.Share share, CancellationToken cancellation)
    {
        var encoding = context.Request.Headers.TryGetValue(GrpcHeaders.Encoding, out var value) ? value.ToString() : null;
        var frames = new FrameReader(method.Request, encoding, _maxRequestBytes, RpcStatusCode.InvalidArgument, share.Take);
        return await frames.ReadAsync(context.Request.BodyReader, cancellation).ConfigureAwait(false)
            ?? throw new RpcException(RpcStatusCode.InvalidArgument, "malformed gRPC stream: a unary call carries one message, none was sent");
    }

    private Task<IMessage> HandleAsync(RpcCall call) => call.Request is HealthCheckRequest health
        ? Task.FromResult<IMessage>(HealthCheck.Answer(health, _pollsEnd.IsCancellationRequested))
        : _handler(call);

    /// <summary>Calls that wait on purpose. They give up at once when the listener stops, so that stopping is quick; their callers ask again elsewhere.</summary>
    private static bool IsLongPoll(RpcMethod method) =>
        method.Name.StartsWith("Poll", StringComparison.Ordinal) || method.Name == "GetWorkflowExecutionHistory";

    private static string? Peer(ConnectionInfo connection)
    {
        if (connection.RemoteIpAddress is not { } address)
            return null;
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, connection.RemotePort).ToString();
    }
}
