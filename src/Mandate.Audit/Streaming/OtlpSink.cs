using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Mandate.Audit.Canonical;

namespace Mandate.Audit.Streaming;

/// <summary>Sends events as log records to an OpenTelemetry collector, by OTLP over HTTP in its JSON encoding.</summary>
/// <param name="client">Sends the requests; headers the collector asks for are set up in it.</param>
/// <param name="endpoint">The collector's base address, such as <c>http://localhost:4318</c>; <c>/v1/logs</c> is added.</param>
public sealed class OtlpSink(HttpClient client, Uri endpoint) : IAuditEventSink
{
    private const int Info = 9;
    private const int Warn = 13;

    /// <inheritdoc/>
    public string Name { get; init; } = "otlp";

    /// <inheritdoc/>
    public async Task SendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(Body(events));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await client.PostAsync(new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/v1/logs"), content, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    private static byte[] Body(IReadOnlyList<AuditEvent> events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("resourceLogs"u8);
        json.WriteStartObject();
        json.WriteStartObject("resource"u8);
        json.WriteStartArray("attributes"u8);
        Attribute(json, "service.name", "mandate");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("scopeLogs"u8);
        json.WriteStartObject();
        json.WriteStartObject("scope"u8);
        json.WriteString("name"u8, "mandate.audit"u8);
        json.WriteEndObject();
        json.WriteStartArray("logRecords"u8);
        foreach (var e in events)
            Write(json, e);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, AuditEvent e)
    {
        var entry = e.Entry;
        var succeeded = entry.Result is AuditResult.Success;
        json.WriteStartObject();
        json.WriteString("timeUnixNano"u8, (AuditTime.ToMicroseconds(e.Time) * 1_000).ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("severityNumber"u8, succeeded ? Info : Warn);
        json.WriteString("severityText"u8, succeeded ? "INFO"u8 : "WARN"u8);
        json.WriteString("eventName"u8, "mandate.audit." + entry.Type);
        json.WriteStartObject("body"u8);
        json.WriteString("stringValue"u8, $"{entry.Actor.Type} {entry.Actor.Id}: {entry.Action} {entry.Resource.Type} {entry.Resource.Id}: {entry.Result.ToCanonical()}");
        json.WriteEndObject();
        json.WriteStartArray("attributes"u8);
        Attribute(json, "mandate.audit.id", e.Id.ToString());
        Attribute(json, "mandate.audit.sequence", e.Sequence.ToString(CultureInfo.InvariantCulture));
        Attribute(json, "mandate.audit.tenant", entry.Tenant);
        Attribute(json, "mandate.audit.type", entry.Type);
        Attribute(json, "mandate.audit.action", entry.Action);
        Attribute(json, "mandate.audit.result", entry.Result.ToCanonical());
        Attribute(json, "mandate.audit.resource.type", entry.Resource.Type);
        Attribute(json, "mandate.audit.resource.id", entry.Resource.Id);
        Attribute(json, "mandate.audit.actor.type", entry.Actor.Type);
        Attribute(json, "user.id", entry.Actor.Id);
        Attribute(json, "source.address", entry.Actor.Address);
        foreach (var (key, value) in entry.Context)
            Attribute(json, "mandate.audit.context." + key, value);
        foreach (var (key, value) in entry.Metadata)
            Attribute(json, "mandate.audit.metadata." + key, value);
        Attribute(json, "mandate.audit.hash", e.Hash.ToString());
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Attribute(Utf8JsonWriter json, string key, string value)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, key);
        json.WriteStartObject("value"u8);
        json.WriteString("stringValue"u8, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
