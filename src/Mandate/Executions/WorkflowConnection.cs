using Mandate.Credentials;
using Mandate.Protocol;
using Mandate.Protocol.Api.WorkflowService.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Executions;

/// <summary>Where workflows run: the embedded engine of this process, or a cluster.</summary>
/// <param name="Handler">Answers the calls.</param>
/// <param name="Namespace">Namespace of every run.</param>
/// <param name="Description">What it is, for people: <c>embedded engine</c> or the cluster's address.</param>
internal sealed record WorkflowConnection(RpcHandler Handler, string Namespace, string Description)
{
    /// <summary>What proves this program there; null where nothing has to.</summary>
    public WorkerAuthentication? Authentication { get; init; }

    /// <summary>How long the service waits for one answer, in seconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Encrypts what is sent and decrypts what comes, as workers do; null where payloads are in clear.</summary>
    public IPayloadCodec? Codec { get; init; }

    /// <summary>Makes a call that is given up after <see cref="Patience"/>.</summary>
    /// <exception cref="RpcException">Refused, failed, or <see cref="RpcStatusCode.DeadlineExceeded"/>.</exception>
    public async Task<TResponse> CallAsync<TResponse>(Google.Protobuf.IMessage request, CancellationToken cancellation)
        where TResponse : class, Google.Protobuf.IMessage
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            if (Codec is null)
                return (TResponse)await Handler(new RpcCall(request, either.Token) { Timeout = Patience });
            var answer = await Handler(new RpcCall(await PayloadVisitor.EncodeAnyAsync(request, Codec, either.Token), either.Token) { Timeout = Patience });
            return (TResponse)await PayloadVisitor.DecodeAnyAsync(answer, Codec, either.Token);
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new RpcException(RpcStatusCode.DeadlineExceeded, $"No answer from {Description} within {Patience.TotalSeconds:0} s", e);
        }
    }

    /// <summary>Fails unless the namespace can be reached and exists.</summary>
    public Task CheckAsync(CancellationToken cancellation) =>
        CallAsync<DescribeNamespaceResponse>(new DescribeNamespaceRequest { Namespace = Namespace }, cancellation);
}
