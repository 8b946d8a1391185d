using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mandate.Credentials.Vault;

/// <summary>Allowed hosts as an array of texts.</summary>
internal sealed class AllowedHostsJsonConverter : JsonConverter<AllowedHosts>
{
    public override AllowedHosts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("Allowed hosts are an array of texts.");
        var hosts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            hosts.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("An allowed host is a text."));
        try
        {
            return AllowedHosts.Parse(hosts);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, AllowedHosts value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var origin in value.Origins)
            writer.WriteStringValue(origin);
        writer.WriteEndArray();
    }
}
