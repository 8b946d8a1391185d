namespace Mandate.Temporal.Client;

/// <summary>An activity that is completed by a client instead of the method that began it.</summary>
public sealed class AsyncActivityHandle
{
    private readonly TemporalClient _client;
    private readonly Reference _activity;

    internal AsyncActivityHandle(TemporalClient client, Reference activity)
    {
        _client = client;
        _activity = activity;
    }

    /// <summary>Reports that the work lives.</summary>
    /// <exception cref="AsyncActivityCanceledException">The activity is asked to stop.</exception>
    /// <exception cref="Protocol.RpcException">NOT_FOUND: the server does not wait for it any more.</exception>
    public Task HeartbeatAsync(AsyncActivityHeartbeatOptions? options = null) => _client.OutboundInterceptor.HeartbeatAsyncActivityAsync(new(_activity, options));

    /// <summary>Completes the activity.</summary>
    /// <exception cref="Protocol.RpcException">NOT_FOUND: the server does not wait for it any more.</exception>
    public Task CompleteAsync(object? result = null, AsyncActivityCompleteOptions? options = null) => _client.OutboundInterceptor.CompleteAsyncActivityAsync(new(_activity, result, options));

    /// <summary>Fails the activity's attempt.</summary>
    /// <exception cref="Protocol.RpcException">NOT_FOUND: the server does not wait for it any more.</exception>
    public Task FailAsync(Exception exception, AsyncActivityFailOptions? options = null) => _client.OutboundInterceptor.FailAsyncActivityAsync(new(_activity, exception, options));

    /// <summary>Says that the activity has stopped as asked.</summary>
    /// <exception cref="Protocol.RpcException">NOT_FOUND: the server does not wait for it any more. INVALID_ARGUMENT: nobody asked.</exception>
    public Task ReportCancellationAsync(AsyncActivityReportCancellationOptions? options = null) =>
        _client.OutboundInterceptor.ReportCancellationAsyncActivityAsync(new(_activity, options));

    /// <summary>Names an activity: by token, or by ids.</summary>
    public abstract record Reference
    {
        private Reference()
        {
        }

        /// <summary>By the token of its attempt.</summary>
        /// <param name="TaskToken"><c>ActivityInfo.TaskToken</c>.</param>
        public sealed record Token(ReadOnlyMemory<byte> TaskToken) : Reference
        {
            /// <summary>Nothing of the token: whoever has it can complete the activity.</summary>
            public override string ToString() => nameof(Token);
        }

        /// <summary>By ids.</summary>
        /// <param name="WorkflowId">Workflow id.</param>
        /// <param name="RunId">Run, null for the present one.</param>
        /// <param name="ActivityId">Id of the activity in the run.</param>
        public sealed record Ids(string WorkflowId, string? RunId, string ActivityId) : Reference;
    }
}
