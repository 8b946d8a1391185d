namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Telemetry</c>: traces and metrics for an OpenTelemetry collector. Off unless there is an endpoint.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>Variables of the environment that name a collector where <see cref="OtlpEndpoint"/> does not.</summary>
    public static readonly IReadOnlyList<string> EndpointVariables = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    /// <summary>Collector that gets traces and metrics by OTLP; unset, <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> counts.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary><c>grpc</c> or <c>http/protobuf</c>; unset, <c>OTEL_EXPORTER_OTLP_PROTOCOL</c> counts, else gRPC.</summary>
    public string? OtlpProtocol { get; set; }

    /// <summary>File with the headers the collector asks for, <c>name=value</c> and commas between; unset, <c>OTEL_EXPORTER_OTLP_HEADERS</c> counts.</summary>
    public string? OtlpHeadersFile { get; set; }

    /// <summary>Name of this service; unset, <c>OTEL_SERVICE_NAME</c> counts, else <c>mandate</c>.</summary>
    public string? ServiceName { get; set; }

    /// <summary>Share of traces that are exported, 0 to 1. A trace that a caller has begun is exported as the caller decided.</summary>
    public double SampleRatio { get; set; } = 1;

    /// <summary>How often metrics are exported.</summary>
    public TimeSpan MetricsEvery { get; set; } = TimeSpan.FromMinutes(1);
}
