using Google.Protobuf;

namespace Mandate.Protocol;

/// <summary>A call that ended with a gRPC status other than OK.</summary>
public sealed class RpcException : Exception
{
    /// <summary>Creates the error; <paramref name="details"/> travel in <c>grpc-status-details-bin</c>.</summary>
    public RpcException(RpcStatusCode code, string message, params IReadOnlyList<IMessage> details)
        : this(code, message, inner: null, details)
    {
    }

    /// <summary>Creates the error with the exception that caused it; the cause stays on this side of the wire.</summary>
    public RpcException(RpcStatusCode code, string message, Exception? inner, params IReadOnlyList<IMessage> details)
        : base(message, inner)
    {
        Code = code;
        Details = details;
    }

    /// <summary>The gRPC status code.</summary>
    public RpcStatusCode Code { get; }

    /// <summary>Typed details, such as <c>WorkflowExecutionAlreadyStartedFailure</c>. Details of unknown type stay <c>google.protobuf.Any</c>.</summary>
    public IReadOnlyList<IMessage> Details { get; }
}
