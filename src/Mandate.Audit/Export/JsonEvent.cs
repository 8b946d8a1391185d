using System.Globalization;
using System.Text.Json;
using Mandate.Audit.Canonical;

namespace Mandate.Audit.Export;

/// <summary>An event as an object of JSON, from which its canonical bytes can be made again.</summary>
internal static class JsonEvent
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static void Write(Utf8JsonWriter json, AuditEvent e)
    {
        json.WriteStartObject();
        json.WriteNumber("format"u8, e.Format);
        json.WriteNumber("sequence"u8, e.Sequence);
        json.WriteString("id"u8, e.Id);
        json.WriteString("time"u8, e.Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        json.WriteString("tenant"u8, e.Entry.Tenant);
        json.WriteString("type"u8, e.Entry.Type);
        json.WriteString("action"u8, e.Entry.Action);
        json.WriteString("result"u8, e.Entry.Result.ToCanonical());
        json.WriteStartObject("resource"u8);
        json.WriteString("type"u8, e.Entry.Resource.Type);
        json.WriteString("id"u8, e.Entry.Resource.Id);
        json.WriteEndObject();
        json.WriteStartObject("actor"u8);
        json.WriteString("type"u8, e.Entry.Actor.Type);
        json.WriteString("id"u8, e.Entry.Actor.Id);
        json.WriteString("address"u8, e.Entry.Actor.Address);
        json.WriteEndObject();
        WriteMap(json, "context", e.Entry.Context);
        WriteMap(json, "metadata", e.Entry.Metadata);
        json.WriteString("previousHash"u8, e.PreviousHash.ToString());
        json.WriteString("hash"u8, e.Hash.ToString());
        json.WriteEndObject();
    }

    /// <summary>The canonical bytes and the hash an object states; null when it is not exactly such an object.</summary>
    public static (byte[] Canonical, AuditHash Hash)? Read(JsonElement json)
    {
        try
        {
            if (json.EnumerateObject().Count() != 14)
                return null;
            var format = json.GetProperty("format").GetInt32();
            var sequence = json.GetProperty("sequence").GetInt64();
            if (format is not (CanonicalEvent.Version or CanonicalEvent.UnprefixedVersion)
                || !DateTimeOffset.TryParseExact(Text(json, "time"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                || AuditResultText.Parse(Text(json, "result")) is not { } result
                || !AuditHash.TryParse(Text(json, "previousHash"), out var previous)
                || !AuditHash.TryParse(Text(json, "hash"), out var hash))
            {
                return null;
            }

            var (resource, actor) = (json.GetProperty("resource"), json.GetProperty("actor"));
            var entry = CanonicalEntry.Create(new AuditEntry
            {
                Tenant = Text(json, "tenant"),
                Type = Text(json, "type"),
                Action = Text(json, "action"),
                Result = result,
                Resource = new(Text(resource, "type"), Text(resource, "id")),
                Actor = new(Text(actor, "type"), Text(actor, "id"), Text(actor, "address")),
                Context = ReadMap(json.GetProperty("context")),
                Metadata = ReadMap(json.GetProperty("metadata")),
            });
            var canonical = entry.At(new(sequence - 1, previous), json.GetProperty("id").GetGuid(), AuditTime.ToMicroseconds(time));
            canonical[0] = (byte)format;
            return (canonical, hash);
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException();

    private static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> map)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static Dictionary<string, string> ReadMap(JsonElement json)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
            map.Add(property.Name, property.Value.GetString() ?? throw new FormatException());
        return map;
    }
}
