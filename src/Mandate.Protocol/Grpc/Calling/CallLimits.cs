namespace Mandate.Protocol.Grpc.Calling;

/// <summary>One token for everything that ends a call early on the caller's side, and the exception each of them means.</summary>
internal sealed class CallLimits : IDisposable
{
    private readonly RpcCall _call;
    private readonly CancellationToken _closed;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _onCancelled;
    private readonly CancellationTokenRegistration _onClosed;

    internal CallLimits(RpcCall call, TimeProvider timeProvider, CancellationToken closed)
    {
        _call = call;
        _closed = closed;
        _source = call.Timeout is { } limit && limit < GrpcTimeout.Longest
            ? new(limit > TimeSpan.Zero ? limit : TimeSpan.Zero, timeProvider)
            : new();
        _onCancelled = call.Cancellation.UnsafeRegister(Cancel, _source);
        _onClosed = closed.UnsafeRegister(Cancel, _source);
    }

    internal CancellationToken Token => _source.Token;

    /// <summary>True when <paramref name="exception"/> is the consequence of a limit that ended the call.</summary>
    internal bool Caused(Exception exception) => _source.IsCancellationRequested && exception is not RpcException;

    /// <summary>What to throw in place of <paramref name="exception"/>, which a limit caused.</summary>
    internal Exception Explain(Exception exception)
    {
        if (_call.Cancellation.IsCancellationRequested)
            return new OperationCanceledException($"{_call.Method} was cancelled by its caller", exception, _call.Cancellation);
        if (_closed.IsCancellationRequested)
            return new RpcException(RpcStatusCode.Cancelled, $"the channel was closed while {_call.Method} was waiting", exception);
        return new RpcException(RpcStatusCode.DeadlineExceeded, $"{_call.Method} was not answered within {_call.Timeout}", exception);
    }

    public void Dispose()
    {
        _onCancelled.Dispose();
        _onClosed.Dispose();
        _source.Dispose();
    }

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();
}
