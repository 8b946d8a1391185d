using System.Text.Json.Serialization;
using Mandate.Credentials.Vault;
using Mandate.Stateful;

namespace TenantSync;

/// <summary>What a sync is started with. The token is sent in clear to the service, which keeps it in its vault; the workflow sees the reference.</summary>
public sealed record SyncRequest : IStatefulInput
{
    [JsonPropertyName("customers")]
    public IReadOnlyList<string> Customers { get; init; } = [];

    [JsonPropertyName("apiToken")]
    public CredentialReference? ApiToken { get; init; }

    [JsonPropertyName("apiUrl")]
    public Uri? ApiUrl { get; init; }

    /// <summary>The second API, which takes the same token.</summary>
    [JsonPropertyName("filesUrl")]
    public Uri? FilesUrl { get; init; }

    /// <summary>Time between two syncs.</summary>
    [JsonPropertyName("every")]
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(5);
}
