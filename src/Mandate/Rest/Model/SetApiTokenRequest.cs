using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>Body of <c>POST /v1/executions/{id}/api-token</c>: exactly one of token, source and revoke.</summary>
internal sealed record SetApiTokenRequest
{
    [Description("The API token to set or rotate to, printable ASCII. It goes into the vault; the workflow sees a reference.")]
    public string? Token { get; init; }

    [Description("Name of a configured token source, from which the token is renewed before it expires.")]
    public string? Source { get; init; }

    [Description("True revokes the token: the next call of any workflow of the tree fails.")]
    public bool? Revoke { get; init; }

    [Description("Hosts or origins the token may be sent to, such as api.example.com. Left out, those that held before, or the host of the apiUrl the workflow was started with.")]
    public IReadOnlyList<string>? Hosts { get; init; }

    [Description("When the token expires.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Never the token.</summary>
    public override string ToString() => nameof(SetApiTokenRequest);
}
