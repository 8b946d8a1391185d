using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mandate.Audit.Export;

namespace Mandate.Audit.Streaming;

/// <summary>
/// Posts events as a batch of CloudEvents (<c>application/cloudevents-batch+json</c>), signed as standardwebhooks.com describes it: <c>webhook-signature</c> is <c>v1,</c> and the base64 of
/// the HMAC-SHA256 over <c>webhook-id</c>, a dot, <c>webhook-timestamp</c>, a dot and the body. The id stays the same when a batch comes again. Any 2xx answer means it was taken.
/// </summary>
/// <param name="client">Sends the requests.</param>
/// <param name="address">Where to.</param>
/// <param name="key">The key, asked for at each request so that it can change; 24 bytes or more.</param>
/// <param name="time">The clock.</param>
public sealed class WebhookSink(HttpClient client, Uri address, Func<CancellationToken, ValueTask<byte[]>> key, TimeProvider? time = null) : IAuditEventSink
{
    private const int ShortestKey = 24;

    /// <inheritdoc/>
    public string Name { get; init; } = "webhook";

    /// <inheritdoc/>
    public async Task SendAsync(IReadOnlyList<AuditEvent> events, CancellationToken cancellation)
    {
        var secret = await key(cancellation).ConfigureAwait(false);
        if (secret.Length < ShortestKey)
            throw new InvalidOperationException($"The key of the audit webhook has {secret.Length} bytes; it needs {ShortestKey} or more.");
        var body = Body(events);
        // The same events have the same id, so whoever got them before can tell.
        var id = $"{events[0].Id:N}{events.Count.ToString(CultureInfo.InvariantCulture)}";
        var timestamp = (time ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{id}.{timestamp}."), .. body];

        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents-batch+json", "utf-8");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret, signed)));
        using var response = await client.SendAsync(request, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    private static byte[] Body(IReadOnlyList<AuditEvent> events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        foreach (var e in events)
        {
            json.WriteStartObject();
            json.WriteString("specversion"u8, "1.0"u8);
            json.WriteString("id"u8, e.Id);
            json.WriteString("source"u8, "/mandate/audit/" + Uri.EscapeDataString(e.Entry.Tenant));
            json.WriteString("type"u8, "mandate.audit." + e.Entry.Type);
            json.WriteString("subject"u8, $"{e.Entry.Resource.Type}/{e.Entry.Resource.Id}");
            json.WriteString("time"u8, e.Time);
            json.WriteString("sequence"u8, e.Sequence.ToString("D20", CultureInfo.InvariantCulture));
            json.WriteString("datacontenttype"u8, "application/json"u8);
            json.WritePropertyName("data"u8);
            JsonEvent.Write(json, e);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
