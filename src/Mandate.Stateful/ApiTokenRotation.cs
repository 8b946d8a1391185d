using System.Text.Json.Serialization;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful;

/// <summary>
/// Argument of the update <c>rotateApiToken</c>: either a reference, which the service gives out when it puts a token into the vault, or the name of a configured token source that
/// renews it from now on.
/// </summary>
public sealed record ApiTokenRotation
{
    /// <summary>Name of the credential.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>Its epoch.</summary>
    [JsonPropertyName("epoch")]
    public long Epoch { get; init; }

    /// <summary>Its fingerprint.</summary>
    [JsonPropertyName("fingerprint")]
    public string Fingerprint { get; init; } = "";

    /// <summary>A configured token source, instead of a reference.</summary>
    [JsonPropertyName("source")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }

    /// <summary>
    /// With a source: the newest the vault had when somebody asked for it, with epoch 0 and no fingerprint where it had none. What was set or revoked after that stays, however late this arrives.
    /// Null where it is not said: then the newest that the workflow knows of is replaced.
    /// </summary>
    [JsonPropertyName("over")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CredentialReference? Over { get; init; }

    /// <summary>Trace the rotation belongs to, in the form of W3C <c>traceparent</c>.</summary>
    [JsonPropertyName("traceparent")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceParent { get; init; }

    /// <summary>The reference.</summary>
    [JsonIgnore]
    public CredentialReference Reference => new(Name, Epoch, Fingerprint);

    /// <summary>A rotation to what the vault gave out.</summary>
    public static ApiTokenRotation To(CredentialReference reference) => new() { Name = reference.Name, Epoch = reference.Epoch, Fingerprint = reference.Fingerprint };

    /// <summary>A rotation to what a configured source gives, now and before each expiry.</summary>
    /// <param name="source">The source.</param>
    /// <param name="over">See <see cref="Over"/>.</param>
    public static ApiTokenRotation From(string source, CredentialReference? over = null) => new() { Source = source, Over = over };
}
