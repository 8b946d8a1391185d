using Mandate.Protocol.Api.Enums.V1;
using Mandate.Protocol.Conversion;
using Mandate.Temporal.Interceptors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Temporal.Client;

/// <summary>How a client behaves, whatever it is connected to.</summary>
public record TemporalClientOptions
{
    /// <summary>Namespace of every call. Default <c>default</c>.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>How values become payloads. All clients and workers of a workflow need the same.</summary>
    public DataConverter DataConverter { get; init; } = DataConverter.Default;

    /// <summary>Interceptors, outermost first. Those that are worker interceptors too are used by workers of this client.</summary>
    public IReadOnlyCollection<IClientInterceptor> Interceptors { get; init; } = [];

    /// <summary>Where client and workers log. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Who calls, as seen in histories. Default <c>pid@host</c>.</summary>
    public string Identity { get; init; } = $"{Environment.ProcessId}@{Environment.MachineName}";

    /// <summary>gRPC metadata of every call.</summary>
    public IReadOnlyDictionary<string, string>? RpcMetadata { get; init; }

    /// <summary>How calls that failed for a passing reason are repeated.</summary>
    public RpcRetryOptions RpcRetry { get; init; } = new();

    /// <summary>When queries are refused by the state of the workflow, unless the query says otherwise.</summary>
    public QueryRejectCondition? QueryRejectCondition { get; init; }

    /// <summary>Clock of waits and of workers. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Namespace and identity; metadata may be secret.</summary>
    public override string ToString() => $"{Namespace} as {Identity}";
}
