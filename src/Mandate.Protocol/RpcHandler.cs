using Google.Protobuf;

namespace Mandate.Protocol;

/// <summary>
/// Answers a call: the embedded engine, a gRPC channel, or a stage around either. Errors leave as <see cref="RpcException"/>;
/// an <see cref="OperationCanceledException"/> for <see cref="RpcCall.Cancellation"/> means nobody waits for the answer any more.
/// </summary>
/// <returns>The response message, of type <see cref="RpcMethod.Response"/>.</returns>
public delegate Task<IMessage> RpcHandler(RpcCall call);
