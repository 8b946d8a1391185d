namespace Mandate.Protocol.Grpc.Listening;

/// <summary>One token for everything that ends a call early: the caller leaves, its deadline passes, the listener stops.</summary>
internal sealed class CallLifetime : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _onAborted;
    private readonly CancellationTokenRegistration _onStopping;
    private readonly CancellationToken _aborted;
    private readonly CancellationToken _stopping;

    internal CallLifetime(TimeSpan? timeout, TimeProvider timeProvider, CancellationToken stopping, CancellationToken aborted)
    {
        _aborted = aborted;
        _stopping = stopping;
        _source = timeout is { } limit && limit < GrpcTimeout.Longest ? new(limit, timeProvider) : new();
        _onAborted = aborted.UnsafeRegister(Cancel, _source);
        _onStopping = stopping.UnsafeRegister(Cancel, _source);
    }

    internal CancellationToken Token => _source.Token;

    /// <summary>Why <see cref="Token"/> was cancelled. A caller that left comes first: there is nobody to answer.</summary>
    internal CallEnd End =>
        _aborted.IsCancellationRequested ? CallEnd.CallerGone
        : !_source.IsCancellationRequested ? CallEnd.None
        : _stopping.IsCancellationRequested ? CallEnd.Stopping
        : CallEnd.DeadlinePassed;

    public void Dispose()
    {
        _onAborted.Dispose();
        _onStopping.Dispose();
        _source.Dispose();
    }

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();
}
