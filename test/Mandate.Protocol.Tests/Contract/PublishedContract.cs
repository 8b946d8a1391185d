using System.Text.Json;

namespace Mandate.Protocol.Tests.Contract;

/// <summary>The published descriptor, flattened by <c>eng/protos/generate.mjs --descriptor</c>.</summary>
internal sealed record PublishedContract(Dictionary<string, PublishedContract.PublishedType> Types, Dictionary<string, Dictionary<string, PublishedContract.PublishedRpc>> Services)
{
    public static PublishedContract Parse(string json) => JsonSerializer.Deserialize<PublishedContract>(json, JsonSerializerOptions.Web)!;

    /// <summary>A message (fields) or an enum (values).</summary>
    internal sealed record PublishedType(Dictionary<string, PublishedField>? Fields, Dictionary<string, int>? Values);

    internal sealed record PublishedField(int Number, string Type, string? Key, bool Repeated, bool Optional, string? Oneof);

    internal sealed record PublishedRpc(string Request, string Response);
}
