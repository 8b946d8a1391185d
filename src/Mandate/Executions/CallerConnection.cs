using Google.Protobuf;
using Mandate.Gateway;
using Mandate.Identity;
using Mandate.Protocol;

namespace Mandate.Executions;

/// <summary>
/// Where workflows run, as a caller of the REST API reaches it: through the same stages as callers of the gRPC listener. What they refuse the REST API records, with what it knows of the
/// request.
/// </summary>
internal sealed class CallerConnection(WorkflowConnection connection, GatewayPipeline pipeline)
{
    /// <summary>Makes a call for a caller.</summary>
    /// <exception cref="RpcException">Refused, failed, or <see cref="RpcStatusCode.DeadlineExceeded"/>.</exception>
    public Task<TResponse> CallAsync<TResponse>(Caller caller, IMessage request, CancellationToken cancellation)
        where TResponse : class, IMessage =>
        (connection with { Handler = pipeline.For(caller, recordsItself: true) }).CallAsync<TResponse>(request, cancellation);
}
