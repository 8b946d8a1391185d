using System.Text.Json.Serialization;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>What a node of a test's tree does at its start.</summary>
public sealed record NodePlan : IStatefulInput
{
    /// <summary>Levels below it.</summary>
    public int Depth { get; init; }

    /// <summary>Children at each level.</summary>
    public int Fanout { get; init; }

    /// <summary>Policies of the root's children by number; the others inherit.</summary>
    public IReadOnlyDictionary<int, ApiTokenPolicy> Policies { get; init; } = new Dictionary<int, ApiTokenPolicy>();

    /// <summary>Own tokens of children that override.</summary>
    public CredentialReference? OwnToken { get; init; }

    /// <summary>Hosts that children keep that are narrowed.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Scopes that children keep that are narrowed.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>How long its updates wait for those below; as long as usual unless set.</summary>
    public TimeSpan? AnswerWithin { get; init; }

    [JsonPropertyName("apiToken")]
    public CredentialReference? ApiToken { get; init; }

    [JsonPropertyName("apiUrl")]
    public Uri? ApiUrl { get; init; }
}
