using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mandate.Audit.Streaming;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

public abstract class StreamTests(PostgresServer? postgres) : LedgerTests(postgres)
{
    [Fact]
    public async Task Stream_SinkFailsAndTheServiceRestarts_GetsEverythingInOrderAtLeastOnce()
    {
        var sink = new RecordingSink();
        await using var fixture = await CreateAsync(0, o => o with { Streams = [sink] });
        await Task.WhenAll(Enumerable.Range(0, 600).Select(_ => fixture.Ledger.AppendAsync(Samples.Entry())));
        await Eventually.BecomesAsync(() => sink.Last("acme") == 600);
        sink.Fails = true;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => fixture.Ledger.AppendAsync(Samples.Entry())));
        await fixture.Ledger.AppendAsync(Samples.Entry("umbrella"));
        await Eventually.BecomesAsync(() => sink.Failures > 0);
        await fixture.ReopenAsync();
        sink.Fails = false;

        await Eventually.BecomesAsync(() =>
        {
            fixture.Clock.Advance(TimeSpan.FromMinutes(1));
            return sink.Last("acme") == 650 && sink.Last("umbrella") == 1;
        });

        sink.Sequences("acme").Distinct().ShouldBe(Enumerable.Range(1, 650).Select(i => (long)i), "each, in order");
        sink.Sequences("acme").Count.ShouldBe(650, "what was taken before the restart does not come again");
    }

    [Fact]
    public async Task JsonLines_AfterACutLine_HoldsEveryEventWithNamesOfTheSchema()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("siem/audit.jsonl");
        Directory.CreateDirectory(directory.File("siem"));
        await File.WriteAllTextAsync(path, "{\"whole\":1}\n{\"cut\":");
        await using var fixture = await CreateAsync(3, o => o with { Streams = [new JsonLinesSink(path)] });

        await Eventually.BecomesAsync(() => File.ReadAllLines(path).Length == 4);

        var lines = (await File.ReadAllLinesAsync(path)).Select(l => JsonNode.Parse(l)!).ToList();
        lines[1]["event.sequence"]!.GetValue<long>().ShouldBe(1);
        lines[1]["event.code"]!.GetValue<string>().ShouldBe("execution.start");
        lines[1]["event.outcome"]!.GetValue<string>().ShouldBe("success");
        lines[1]["organization.id"]!.GetValue<string>().ShouldBe("acme");
        lines[1]["user.id"]!.GetValue<string>().ShouldBe("alice");
        lines[1]["@timestamp"]!.GetValue<string>().ShouldBe("2026-03-04T12:00:00.000000Z");
        lines[1]["mandate.audit"]!["context"]!["runId"]!.GetValue<string>().ShouldBe("r-1");
    }

    [Fact]
    public async Task Webhook_Batch_IsSignedCloudEvents()
    {
        var key = RandomNumberGenerator.GetBytes(32);
        using var receiver = new Receiver();
        using var client = new HttpClient(receiver, disposeHandler: false);
        await using var fixture = await CreateAsync(3, o => o with { Streams = [new WebhookSink(client, new("https://siem.example/hook"), _ => ValueTask.FromResult(key), o.TimeProvider)] });

        await Eventually.BecomesAsync(() => receiver.Requests.SelectMany(r => JsonNode.Parse(r.Body)!.AsArray()).Count() == 3);

        var request = receiver.Requests[0];
        request.Headers["Content-Type"].ShouldStartWith("application/cloudevents-batch+json");
        var signed = $"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{request.Body}";
        request.Headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed))));
        var first = JsonNode.Parse(request.Body)!.AsArray()[0]!;
        first["specversion"]!.GetValue<string>().ShouldBe("1.0");
        first["type"]!.GetValue<string>().ShouldBe("mandate.audit.execution.start");
        first["source"]!.GetValue<string>().ShouldBe("/mandate/audit/acme");
        first["data"]!["sequence"]!.GetValue<long>().ShouldBe(1);
    }

    [Fact]
    public async Task Otlp_Events_AreLogRecords()
    {
        using var receiver = new Receiver();
        using var client = new HttpClient(receiver, disposeHandler: false);
        await using var fixture = await CreateAsync(1, o => o with { Streams = [new OtlpSink(client, new("http://collector:4318"))] });

        await Eventually.BecomesAsync(() => receiver.Requests.Count > 0);

        receiver.Requests[0].Address.ShouldBe("http://collector:4318/v1/logs");
        var record = JsonNode.Parse(receiver.Requests[0].Body)!["resourceLogs"]![0]!["scopeLogs"]![0]!["logRecords"]![0]!;
        record["timeUnixNano"]!.GetValue<string>().ShouldBe("1772625600000000000");
        record["eventName"]!.GetValue<string>().ShouldBe("mandate.audit.execution.start");
        record["attributes"]!.AsArray().ShouldContain(a => a!["key"]!.GetValue<string>() == "mandate.audit.sequence" && a["value"]!["stringValue"]!.GetValue<string>() == "1");
    }

    private sealed class RecordingSink : IAuditEventSink
    {
        private readonly List<(string Tenant, long Sequence)> _taken = [];

        public string Name => "recording";

        public bool Fails { get; set; }

        public int Failures { get; private set; }

        public long Last(string tenant) => Sequences(tenant).LastOrDefault();

        public List<long> Sequences(string tenant)
        {
            lock (_taken)
                return [.. _taken.Where(t => t.Tenant == tenant).Select(t => t.Sequence)];
        }

        public Task SendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellation)
        {
            if (Fails)
            {
                Failures++;
                throw new IOException("the sink is away");
            }

            lock (_taken)
                _taken.AddRange(events.Select(e => (e.Entry.Tenant, e.Sequence)));
            return Task.CompletedTask;
        }
    }

    private sealed class Receiver : HttpMessageHandler
    {
        private readonly List<Received> _requests = [];

        public IReadOnlyList<Received> Requests
        {
            get
            {
                lock (_requests)
                    return [.. _requests];
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var headers = request.Headers.Concat(request.Content!.Headers).ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
            var received = new Received(request.RequestUri!.ToString(), headers, await request.Content.ReadAsStringAsync(cancellationToken));
            lock (_requests)
                _requests.Add(received);
            return new(HttpStatusCode.OK);
        }

        internal sealed record Received(string Address, Dictionary<string, string> Headers, string Body);
    }
}
