using System.Collections.Frozen;
using Mandate.Protocol.Api.Health.V1;

namespace Mandate.Protocol.Grpc.Listening;

/// <summary>The standard health check: every service of the contract is served as long as the listener takes calls.</summary>
internal static class HealthCheck
{
    internal const string Service = "grpc.health.v1.Health";

    private static readonly FrozenSet<string> Services = RpcMethods.All.Select(m => m.Service).ToFrozenSet(StringComparer.Ordinal);

    /// <exception cref="RpcException">NOT_FOUND: the service asked about is not of the contract.</exception>
    internal static HealthCheckResponse Answer(HealthCheckRequest request, bool stopping)
    {
        if (request.Service.Length > 0 && !Services.Contains(request.Service))
            throw new RpcException(RpcStatusCode.NotFound, $"unknown service {request.Service}");
        return new()
        {
            Status = stopping ? HealthCheckResponse.Types.ServingStatus.NotServing : HealthCheckResponse.Types.ServingStatus.Serving,
        };
    }
}
