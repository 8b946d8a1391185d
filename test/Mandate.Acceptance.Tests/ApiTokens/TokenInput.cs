using System.Text.Json.Serialization;
using Mandate.Credentials.Vault;
using Mandate.Stateful;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>What a client of any SDK starts the tree with.</summary>
public sealed record TokenInput : IStatefulInput
{
    [JsonPropertyName("depth")]
    public int Depth { get; init; }

    [JsonPropertyName("fanout")]
    public int Fanout { get; init; }

    /// <summary>Hosts that its children keep of its token; they inherit where there are none.</summary>
    [JsonPropertyName("narrowTo")]
    public IReadOnlyList<string> NarrowTo { get; init; } = [];

    [JsonPropertyName("apiToken")]
    public CredentialReference? ApiToken { get; init; }

    [JsonPropertyName("apiUrl")]
    public Uri? ApiUrl { get; init; }
}
