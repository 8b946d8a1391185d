using Mandate.Credentials;

namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:ApiTokens:Sources:&lt;name&gt;</c>: an OAuth2 client whose tokens workflows use, or a secret store that keeps one.</summary>
internal sealed class ApiTokenSourceOptions : OAuth2ClientOptions
{
    /// <summary>Scopes to ask for.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>How long before its expiry a token is replaced.</summary>
    public TimeSpan RefreshBefore { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The store, and the secret in it, in place of an OAuth2 client.</summary>
    public CredentialPlaceOptions? Store { get; set; }

    /// <summary>Which of the secret's values is the token, where it has several.</summary>
    public string? Key { get; set; }

    /// <summary>How often the store is looked at.</summary>
    public TimeSpan CheckEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Where its tokens may be sent.</summary>
    public List<string> Hosts { get; set; } = [];

    /// <summary>Tenants whose workflows may use it; empty for every tenant.</summary>
    public List<string> Tenants { get; set; } = [];
}
