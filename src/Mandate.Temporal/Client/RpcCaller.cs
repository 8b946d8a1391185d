using Google.Protobuf;
using Mandate.Protocol;

namespace Mandate.Temporal.Client;

/// <summary>Makes calls with the client's metadata, time-outs and retries.</summary>
internal sealed class RpcCaller(RpcHandler handler, RpcMetadata metadata, RpcRetryOptions retry, TimeProvider timeProvider)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan OverloadedInterval = TimeSpan.FromSeconds(1);

    /// <summary>The caller of a client, or one that calls what it calls.</summary>
    internal static RpcCaller Of(ITemporalClient client) => client is TemporalClient own
        ? own.Calls
        : new RpcCaller(client.Handler, RpcMetadata.Empty, client.Options.RpcRetry, client.Options.TimeProvider);

    /// <summary>Codes that mean "perhaps next time".</summary>
    internal static bool IsTransient(RpcStatusCode code) => code is
        RpcStatusCode.DataLoss or
        RpcStatusCode.Internal or
        RpcStatusCode.Unknown or
        RpcStatusCode.ResourceExhausted or
        RpcStatusCode.Aborted or
        RpcStatusCode.OutOfRange or
        RpcStatusCode.Unavailable;

    /// <exception cref="RpcException">The call failed, for the last time.</exception>
    internal async Task<TResponse> CallAsync<TResponse>(IMessage request, RpcOptions? options = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        where TResponse : class, IMessage
    {
        CancellationTokenSource? linked = null;
        if (options is { CancellationToken.CanBeCanceled: true })
        {
            linked = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken, cancellationToken);
            cancellationToken = linked.Token;
        }

        try
        {
            return (TResponse)await CallWithRetryAsync(request, options, timeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            linked?.Dispose();
        }
    }

    private Task<IMessage> CallWithRetryAsync(IMessage request, RpcOptions? options, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var call = new RpcCall(request, cancellationToken)
        {
            Metadata = MetadataOf(options),
            Timeout = options?.Timeout ?? timeout ?? DefaultTimeout,
        };
        return options?.Retry == false ? handler(call) : RepeatAsync(call);
    }

    private async Task<IMessage> RepeatAsync(RpcCall call)
    {
        var began = timeProvider.GetTimestamp();
        for (var retries = 0; ; retries++)
        {
            try
            {
                return await handler(call).ConfigureAwait(false);
            }
            catch (RpcException e) when (IsTransient(e.Code) && retries < retry.MaxRetries && timeProvider.GetElapsedTime(began) < retry.MaxElapsedTime)
            {
                await Task.Delay(Wait(e.Code, retries), timeProvider, call.Cancellation).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan Wait(RpcStatusCode code, int retries)
    {
        var initial = code == RpcStatusCode.ResourceExhausted && retry.InitialInterval < OverloadedInterval ? OverloadedInterval : retry.InitialInterval;
        return Backoff.Wait(initial, retry.Multiplier, retry.MaxInterval, retry.RandomizationFactor, retries);
    }

    private RpcMetadata MetadataOf(RpcOptions? options)
    {
        if (options?.Metadata is not { Count: > 0 } more)
            return metadata;
        var all = metadata;
        foreach (var (key, value) in more)
            all = all.With(key, value);
        return all;
    }
}
