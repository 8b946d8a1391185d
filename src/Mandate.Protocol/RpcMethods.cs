using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.Reflection;
using Mandate.Protocol.Api.Health.V1;
using Mandate.Protocol.Api.OperatorService.V1;
using Mandate.Protocol.Api.WorkflowService.V1;

namespace Mandate.Protocol;

/// <summary>The catalogue of every RPC of the generated contract.</summary>
public static class RpcMethods
{
    private static readonly FrozenDictionary<string, RpcMethod> ByPath = ServiceDescriptors()
        .SelectMany(s => s.Methods)
        .Select(m => new RpcMethod(m))
        .ToFrozenDictionary(m => m.Path, StringComparer.Ordinal);

    private static readonly FrozenDictionary<Type, RpcMethod> ByRequest = ByPath.Values.ToFrozenDictionary(m => m.Request.ClrType);

    /// <summary>All methods, in no particular order.</summary>
    public static IReadOnlyCollection<RpcMethod> All => ByPath.Values;

    /// <summary>Finds a method by its HTTP/2 path <c>/service/method</c>.</summary>
    public static bool TryGet(string path, [NotNullWhen(true)] out RpcMethod? method) => ByPath.TryGetValue(path, out method);

    /// <summary>The method that takes <paramref name="requestType"/>; each request message belongs to exactly one RPC.</summary>
    /// <exception cref="ArgumentException">The type is no request message of the contract.</exception>
    public static RpcMethod ForRequest(Type requestType) =>
        ByRequest.TryGetValue(requestType, out var method)
            ? method
            : throw new ArgumentException($"{requestType.Name} is not the request message of an RPC", nameof(requestType));

    private static IEnumerable<ServiceDescriptor> ServiceDescriptors() =>
    [
        .. WorkflowserviceReflection.Descriptor.Services,
        .. OperatorserviceReflection.Descriptor.Services,
        .. HealthReflection.Descriptor.Services,
    ];
}
