using System.Linq.Expressions;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Grpc;
using Mandate.Temporal.Interceptors;
using Mandate.Temporal.Reflection;
using Mandate.Temporal.Workflows;

namespace Mandate.Temporal.Client;

/// <summary>The client: over gRPC by <see cref="ConnectAsync"/>, or in process on anything that answers calls. Safe for concurrent use; one per process is enough.</summary>
public sealed partial class TemporalClient : ITemporalClient, IAsyncDisposable
{
    private readonly GrpcChannel? _channel;

    /// <summary>Creates a client in process: calls are method calls, without socket or serialisation.</summary>
    /// <param name="handler">What answers: the embedded engine, or stages in front of it. It stays the caller's to dispose.</param>
    /// <param name="options">Options, null for the defaults.</param>
    public TemporalClient(RpcHandler handler, TemporalClientOptions? options = null)
        : this(handler, options ?? new(), channel: null)
    {
    }

    private TemporalClient(RpcHandler handler, TemporalClientOptions options, GrpcChannel? channel)
    {
        Handler = handler;
        Options = options;
        _channel = channel;
        Calls = new RpcCaller(handler, MetadataOf(options), options.RpcRetry, options.TimeProvider);
        ClientOutboundInterceptor outbound = new Root(this);
        foreach (var interceptor in options.Interceptors.Reverse())
            outbound = interceptor.InterceptClient(outbound);
        OutboundInterceptor = outbound;
    }

    /// <inheritdoc/>
    public TemporalClientOptions Options { get; }

    /// <inheritdoc/>
    public RpcHandler Handler { get; }

    /// <inheritdoc/>
    public ClientOutboundInterceptor OutboundInterceptor { get; }

    internal RpcCaller Calls { get; }

    /// <summary>Whether calls stay in the process, so that waiting polls cost nothing.</summary>
    internal bool InProcess => _channel is null;

    /// <summary>Connects to a server and makes sure that it answers.</summary>
    /// <exception cref="ArgumentException">There is no target.</exception>
    /// <exception cref="RpcException">The server cannot be reached, or refuses.</exception>
    public static async Task<TemporalClient> ConnectAsync(TemporalClientConnectOptions options, CancellationToken cancellationToken = default)
    {
        var client = CreateLazy(options);
        try
        {
            await client.Calls.CallAsync<GetSystemInfoResponse>(new GetSystemInfoRequest(), cancellationToken: cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates a client that connects with its first call.</summary>
    /// <exception cref="ArgumentException">There is no target.</exception>
    public static TemporalClient CreateLazy(TemporalClientConnectOptions options)
    {
        if (string.IsNullOrEmpty(options.TargetHost))
            throw new ArgumentException("TargetHost is needed: host:port of the server.", nameof(options));
        var channelOptions = new GrpcChannelOptions
        {
            Target = options.TargetHost,
            Tls = options.Tls,
            TimeProvider = options.TimeProvider,
            LoggerFactory = options.LoggerFactory,
        };
        var channel = new GrpcChannel(options.ConfigureChannel?.Invoke(channelOptions) ?? channelOptions);
        return new TemporalClient(channel.Handler, options, channel);
    }

    /// <inheritdoc/>
    public Task<WorkflowHandle<TWorkflow, TResult>> StartWorkflowAsync<TWorkflow, TResult>(Expression<Func<TWorkflow, Task<TResult>>> workflowRunCall, WorkflowOptions options)
    {
        var (method, arguments) = CallExpression.Extract(workflowRunCall);
        return OutboundInterceptor.StartWorkflowAsync<TWorkflow, TResult>(new(WorkflowDefinition.NameFromRunMethod(method), arguments, options, Headers: null));
    }

    /// <inheritdoc/>
    public async Task<WorkflowHandle<TWorkflow>> StartWorkflowAsync<TWorkflow>(Expression<Func<TWorkflow, Task>> workflowRunCall, WorkflowOptions options)
    {
        var (method, arguments) = CallExpression.Extract(workflowRunCall);
        return await OutboundInterceptor.StartWorkflowAsync<TWorkflow, ValueTuple>(
            new(WorkflowDefinition.NameFromRunMethod(method), arguments, options, Headers: null)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<WorkflowHandle> StartWorkflowAsync(string workflow, IReadOnlyCollection<object?> args, WorkflowOptions options) =>
        await OutboundInterceptor.StartWorkflowAsync<ValueTuple, ValueTuple>(new(workflow, args, options, Headers: null)).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<WorkflowUpdateHandle<TUpdateResult>> StartUpdateWithStartWorkflowAsync<TUpdateResult>(
        string update, IReadOnlyCollection<object?> args, WorkflowStartUpdateWithStartOptions options) =>
        OutboundInterceptor.StartUpdateWithStartWorkflowAsync<TUpdateResult>(new(update, args, options, Headers: null, StartHeaders: null));

    /// <inheritdoc/>
    public WorkflowHandle GetWorkflowHandle(string id, string? runId = null, string? firstExecutionRunId = null) => new(this, id, runId, runId, firstExecutionRunId);

    /// <inheritdoc/>
    public WorkflowHandle<TWorkflow> GetWorkflowHandle<TWorkflow>(string id, string? runId = null, string? firstExecutionRunId = null) => new(this, id, runId, runId, firstExecutionRunId);

    /// <inheritdoc/>
    public WorkflowHandle<TWorkflow, TResult> GetWorkflowHandle<TWorkflow, TResult>(string id, string? runId = null, string? firstExecutionRunId = null) =>
        new(this, id, runId, runId, firstExecutionRunId);

    /// <inheritdoc/>
    public IAsyncEnumerable<WorkflowExecution> ListWorkflowsAsync(string query, WorkflowListOptions? options = null) => OutboundInterceptor.ListWorkflowsAsync(new(query, options));

    /// <inheritdoc/>
    public Task<WorkflowExecutionCount> CountWorkflowsAsync(string query, WorkflowCountOptions? options = null) => OutboundInterceptor.CountWorkflowsAsync(new(query, options));

    /// <inheritdoc/>
    public AsyncActivityHandle GetAsyncActivityHandle(byte[] taskToken) => new(this, new AsyncActivityHandle.Reference.Token(taskToken));

    /// <inheritdoc/>
    public AsyncActivityHandle GetAsyncActivityHandle(string workflowId, string? runId, string activityId) => new(this, new AsyncActivityHandle.Reference.Ids(workflowId, runId, activityId));

    /// <summary>Closes the connection, where the client has made one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_channel is not null)
            await _channel.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Namespace and identity.</summary>
    public override string ToString() => Options.ToString();

    private static RpcMetadata MetadataOf(TemporalClientOptions options) => new(
    [
        new("client-name", SdkInfo.Name),
        new("client-version", SdkInfo.Version),
        new("temporal-namespace", options.Namespace),
        .. options.RpcMetadata ?? new Dictionary<string, string>(),
    ]);
}
