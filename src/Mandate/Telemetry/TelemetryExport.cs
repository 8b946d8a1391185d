using Mandate.Configuration;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mandate.Telemetry;

/// <summary>
/// Sends traces and metrics to an OpenTelemetry collector: those of every activity source and meter of this product (<c>Mandate.*</c>), and outgoing HTTP calls within them. Nothing of this is
/// loaded where there is no collector.
/// </summary>
internal sealed class TelemetryExport : IAsyncDisposable
{
    /// <summary>Every activity source and meter of the product begins with it.</summary>
    public const string Names = "Mandate.*";

    private const string HttpSource = "System.Net.Http";
    private const string Grpc = "grpc";
    private const int MostMillisecondsToEnd = 5_000;

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private TelemetryExport(TelemetryOptions options)
    {
        var headers = ReadHeaders(options);
        var resource = ResourceBuilder.CreateDefault();
        // What the environment says of the service wins over a default, and a setting over both.
        if ((options.ServiceName ?? (Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") is null ? "mandate" : null)) is { } name)
            resource.AddService(name, serviceInstanceId: $"{Environment.MachineName}/{Environment.ProcessId}", autoGenerateServiceInstanceId: false);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Names, HttpSource)
            .SetSampler(new OursAtTheTop(options.SampleRatio))
            .AddOtlpExporter(otlp => Configure(otlp, options, headers, "/v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Names)
            .AddOtlpExporter((otlp, reader) =>
            {
                Configure(otlp, options, headers, "/v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.MetricsEvery.TotalMilliseconds;
            })
            .Build();
    }

    /// <summary>Starts to export; null where the settings and the environment name no collector.</summary>
    /// <exception cref="ConfigurationException">The headers cannot be read.</exception>
    public static TelemetryExport? Start(TelemetryOptions options) =>
        options.OtlpEndpoint is not null || TelemetryOptions.EndpointVariables.Any(v => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(v))) ? new(options) : null;

    /// <summary>Sends what is still here, and ends. A collector that does not answer does not hold up the end for long.</summary>
    public ValueTask DisposeAsync()
    {
        _traces.ForceFlush(MostMillisecondsToEnd);
        _metrics.ForceFlush(MostMillisecondsToEnd);
        _traces.Dispose();
        _metrics.Dispose();
        return default;
    }

    /// <summary>What is not set is left to the exporter, which reads <c>OTEL_EXPORTER_OTLP_…</c>.</summary>
    private static void Configure(OtlpExporterOptions otlp, TelemetryOptions options, string? headers, string path)
    {
        if (options.OtlpProtocol is { } protocol)
            otlp.Protocol = protocol == Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (options.OtlpEndpoint is { } endpoint)
            otlp.Endpoint = new Uri(otlp.Protocol == OtlpExportProtocol.Grpc ? endpoint : endpoint.TrimEnd('/') + path);
        if (headers is not null)
            otlp.Headers = headers;
    }

    private static string? ReadHeaders(TelemetryOptions options)
    {
        if (options.OtlpHeadersFile is not { } file)
            return null;
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Mandate:Telemetry:OtlpHeadersFile '{file}' cannot be read: {e.Message}");
        }
    }
}
