using System.Text.Json.Serialization;

namespace Mandate.Stateful;

/// <summary>How the renewal of a token stands while its source gives none. The token that is held is used until it expires.</summary>
/// <param name="Since">When it failed first, UTC.</param>
/// <param name="Failures">How often it has failed since then.</param>
/// <param name="Error">Type of the last failure, one of <see cref="ApiTokenFailureTypes"/>.</param>
/// <param name="Reason">What the source said last.</param>
public sealed record ApiTokenRenewal(
    [property: JsonPropertyName("since")] DateTimeOffset Since,
    [property: JsonPropertyName("failures")] int Failures,
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("reason")] string Reason);
