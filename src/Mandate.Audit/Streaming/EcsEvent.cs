using System.Globalization;
using System.Text.Json;
using Mandate.Audit.Canonical;

namespace Mandate.Audit.Streaming;

/// <summary>An event with the field names of the Elastic Common Schema; what it has no name for stands under <c>mandate.audit</c>.</summary>
internal static class EcsEvent
{
    public static void Write(Utf8JsonWriter json, AuditEvent e)
    {
        var entry = e.Entry;
        json.WriteStartObject();
        json.WriteString("@timestamp"u8, e.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("ecs.version"u8, "8.11.0"u8);
        json.WriteString("event.kind"u8, "event"u8);
        json.WriteString("event.dataset"u8, "mandate.audit"u8);
        json.WriteString("event.id"u8, e.Id);
        json.WriteNumber("event.sequence"u8, e.Sequence);
        json.WriteString("event.code"u8, entry.Type);
        json.WriteString("event.action"u8, entry.Action);
        // The schema knows success and failure; what was denied was not done.
        json.WriteString("event.outcome"u8, entry.Result is AuditResult.Success ? "success"u8 : "failure"u8);
        json.WriteString("organization.id"u8, entry.Tenant);
        json.WriteString("user.id"u8, entry.Actor.Id);
        if (entry.Actor.Address.Length > 0)
            json.WriteString("source.address"u8, entry.Actor.Address);
        json.WriteStartObject("mandate.audit"u8);
        json.WriteString("result"u8, entry.Result.ToCanonical());
        json.WriteString("actor.type"u8, entry.Actor.Type);
        json.WriteString("resource.type"u8, entry.Resource.Type);
        json.WriteString("resource.id"u8, entry.Resource.Id);
        WriteMap(json, "context"u8, entry.Context);
        WriteMap(json, "metadata"u8, entry.Metadata);
        json.WriteString("previous_hash"u8, e.PreviousHash.ToString());
        json.WriteString("hash"u8, e.Hash.ToString());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
