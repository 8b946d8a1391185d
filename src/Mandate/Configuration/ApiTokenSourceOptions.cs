namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:ApiTokens:Sources:&lt;name&gt;</c>: an OAuth2 client whose tokens workflows use.</summary>
internal sealed class ApiTokenSourceOptions
{
    /// <summary>The provider's token endpoint. Either this or <see cref="Authority"/>.</summary>
    public string? TokenEndpoint { get; set; }

    /// <summary>The provider's issuer identifier.</summary>
    public string? Authority { get; set; }

    /// <summary>The client's id.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client's secret. Prefer <see cref="ClientSecretFile"/>.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>File that holds the client's secret and nothing else.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>Scopes to ask for.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>Audience to ask for.</summary>
    public string? Audience { get; set; }

    /// <summary>How long before its expiry a token is replaced.</summary>
    public TimeSpan RefreshBefore { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Where its tokens may be sent.</summary>
    public List<string> Hosts { get; set; } = [];

    /// <summary>Tenants whose workflows may use it; empty for every tenant.</summary>
    public List<string> Tenants { get; set; } = [];

    /// <summary>Names the client, never the secret.</summary>
    public override string ToString() => $"client '{ClientId}' at '{TokenEndpoint ?? Authority}'";
}
