using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mandate.Protocol;

/// <summary>One unary RPC of the contract: its names and how its two messages are parsed.</summary>
/// <remarks>Instances exist once per method (<see cref="RpcMethods"/>), so they compare by reference.</remarks>
public sealed class RpcMethod
{
    internal RpcMethod(MethodDescriptor descriptor)
    {
        Service = descriptor.Service.FullName;
        Name = descriptor.Name;
        Path = $"/{Service}/{Name}";
        Request = descriptor.InputType;
        Response = descriptor.OutputType;
    }

    /// <summary>Full service name, such as <c>temporal.api.workflowservice.v1.WorkflowService</c>.</summary>
    public string Service { get; }

    /// <summary>Method name, such as <c>StartWorkflowExecution</c>.</summary>
    public string Name { get; }

    /// <summary>The HTTP/2 request path: <c>/service/method</c>.</summary>
    public string Path { get; }

    /// <summary>Descriptor of the request message.</summary>
    public MessageDescriptor Request { get; }

    /// <summary>Descriptor of the response message.</summary>
    public MessageDescriptor Response { get; }

    /// <summary>Parses a request message.</summary>
    public MessageParser RequestParser => Request.Parser;

    /// <summary>Parses a response message.</summary>
    public MessageParser ResponseParser => Response.Parser;

    /// <inheritdoc/>
    public override string ToString() => Path;
}
