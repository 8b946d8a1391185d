using System.Collections.Concurrent;
using System.Text;
using Mandate.Acceptance.Tests.ApiTokens;
using Mandate.Acceptance.Tests.Support;
using Mandate.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using System.Diagnostics;

namespace Mandate.Acceptance.Tests.Starting;

/// <summary>What a collector gets of the program.</summary>
public sealed class TelemetryTests
{
    [Theory]
    [InlineData("MANDATE_TELEMETRY__OTLPENDPOINT", "MANDATE_TELEMETRY__OTLPPROTOCOL")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL")]
    public async Task Rotation_WithACollector_ItsTraceAndMetricsArriveWithoutASecret(string endpoint, string protocol)
    {
        using var directory = new TemporaryDirectory();
        await using var identities = await TestIdentityProvider.StartAsync();
        await using var collector = await Collector.StartAsync();
        await using var api = await TokenApi.StartAsync();
        var service = await ServiceProcess.UpAsync(directory, new Dictionary<string, string>([.. identities.Settings, .. ApiTokenTests.Workers]) { [endpoint] = collector.Address, [protocol] = "http/protobuf" });
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        await using (service)
        {
            var token = identities.Token("alice", "acme", t => t.Claims["scope"] = "token:rotate");
            using var alice = new RestClient(service.Rest, token);
            await alice.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "measured", input = new { depth = 1, fanout = 1, apiToken = "secret-before-the-trace", apiUrl = api.Address } });
            await TokenTrees.BecomesAsync(service.Grpc, token, "measured/0", 1);
            await alice.PostAsync("/v1/executions/measured/api-token", RestClient.JsonContent("""{"token":"secret-within-the-trace"}"""), ("traceparent", $"00-{trace}-b7ad6b7169203331-01"));
            await TokenTrees.BecomesAsync(service.Grpc, token, "measured/0", 2);
            await using (var client = await TokenTrees.ConnectAsync(service.Grpc, token))
                await client.GetWorkflowHandle("measured/0").ExecuteUpdateAsync<string>("call", []);
            // What is still here is sent when the program ends.
            await service.TerminateAsync();
        }

        var traces = collector.Received("/v1/traces");
        foreach (var name in (string[])["POST /v1/executions/{id}/api-token", "apiToken adopt", "apiToken deliver", "apiToken redeem", "RunActivity:call-api", "measured/0", "Mandate.Rest", "Mandate.Stateful", "Mandate.Worker"])
            traces.ShouldContain(name);
        // Ids travel as bytes. Three of the spans are the request's and the two workflows'.
        Count(traces, Encoding.Latin1.GetString(Convert.FromHexString(trace))).ShouldBeGreaterThanOrEqualTo(3);
        var metrics = collector.Received("/v1/metrics");
        foreach (var name in (string[])["rotations", "deliveries", "redemptions", "age", "acknowledged"])
            metrics.ShouldContain($"mandate.api_token.{name}");
        (traces + metrics + service.Output).ShouldNotContain("secret-");
        api.LastToken.ShouldBe("secret-within-the-trace");
    }

    [Theory]
    [InlineData("http/json", "Mandate:Telemetry:OtlpProtocol must be grpc or http/protobuf.")]
    [InlineData(null, "Mandate:Telemetry:OtlpEndpoint must be an address")]
    public async Task Start_SettingsThatCannotBeHonoured_EndIt(string? protocol, string message)
    {
        using var directory = new TemporaryDirectory();
        var settings = new Dictionary<string, string> { ["MANDATE_TELEMETRY__OTLPENDPOINT"] = protocol is null ? "collector" : "http://127.0.0.1:4317" };
        if (protocol is not null)
            settings["MANDATE_TELEMETRY__OTLPPROTOCOL"] = protocol;

        var (code, _, error) = await ServiceProcess.CaptureAsync(directory, settings, "up");

        code.ShouldBe(2);
        error.ShouldContain(message);
    }

    [Fact]
    public void Sampler_HttpCallOfNobody_BeginsNoTrace()
    {
        var sampler = new OursAtTheTop(1);
        var trace = ActivityTraceId.CreateRandom();

        Sampled(default, "System.Net.Http.HttpRequestOut").ShouldBe(SamplingDecision.Drop);
        Sampled(default, "POST").ShouldBe(SamplingDecision.RecordAndSample);
        Sampled(Parent(ActivityTraceFlags.Recorded), "System.Net.Http.HttpRequestOut").ShouldBe(SamplingDecision.RecordAndSample);
        Sampled(Parent(ActivityTraceFlags.None), "POST").ShouldBe(SamplingDecision.Drop);

        SamplingDecision Sampled(ActivityContext parent, string name) => sampler.ShouldSample(new SamplingParameters(parent, trace, name, ActivityKind.Internal)).Decision;
        ActivityContext Parent(ActivityTraceFlags flags) => new(trace, ActivitySpanId.CreateRandom(), flags, isRemote: true);
    }

    [Fact]
    public void Sampler_RunsThatBeganTogether_SamplesTheirShare()
    {
        var sampler = new OursAtTheTop(0.25);
        var random = new Random(7);
        // A run's id begins with the time, and the 64 bits after that begin with the kind of id (RFC 9562).
        var runs = Enumerable.Range(0, 4_000).Select(_ => ActivityTraceId.CreateFromString($"019a5f3b7c2d7{random.Next(0x1000):x3}{0x8 | random.Next(4):x}{random.NextInt64(1L << 60):x15}"));

        runs.Count(r => sampler.ShouldSample(new SamplingParameters(default, r, "RunActivity:ship", ActivityKind.Consumer)).Decision == SamplingDecision.RecordAndSample).ShouldBeInRange(850, 1_150);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")]
    public async Task Start_HeadersForACollectorThatTheEnvironmentNamesWithoutTls_EndIt(string variable)
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("headers"), "api-key=secret-for-the-collector");

        var (code, output, error) = await ServiceProcess.CaptureAsync(
            directory, new Dictionary<string, string> { ["MANDATE_TELEMETRY__OTLPHEADERSFILE"] = directory.File("headers"), [variable] = "http://collector.invalid:4318" }, "up");

        code.ShouldBe(2);
        error.ShouldContain($"{variable} 'collector.invalid' must be reached by https");
        (output + error).ShouldNotContain("secret-for-the-collector");
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    /// <summary>Takes OTLP over HTTP. What arrives is Protobuf, in which texts and ids stand as they are.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly ConcurrentQueue<(string Path, string Body)> _received = new();

        private Collector(WebApplication app) => _app = app;

        public string Address => _app.Urls.Single();

        public string Received(string path) => string.Concat(_received.Where(r => r.Path == path).Select(r => r.Body));

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var collector = new Collector(builder.Build());
            collector._app.Run(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                collector._received.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            });
            await collector._app.StartAsync();
            return collector;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
