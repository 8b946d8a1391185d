using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mandate.Stateful.Remote;

/// <summary>How calls between workers and the service are written.</summary>
internal static class AuthorityJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
