using Mandate.Credentials;

namespace Mandate.Configuration;

/// <summary>An OAuth2 client that is set up under <c>Mandate:ApiTokens</c>.</summary>
internal class OAuth2ClientOptions
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

    /// <summary>The secret store that keeps the client's secret, in place of a file.</summary>
    public CredentialPlaceOptions? ClientSecretStore { get; set; }

    /// <summary>Which of the secret's values in that store it is, where it has several.</summary>
    public string? ClientSecretKey { get; set; }

    /// <summary>Audience to ask for.</summary>
    public string? Audience { get; set; }

    /// <summary>Whether anything of the client is set.</summary>
    internal bool IsSet => (TokenEndpoint ?? Authority ?? ClientId ?? ClientSecret ?? ClientSecretFile ?? ClientSecretKey ?? (object?)ClientSecretStore) is not null;

    /// <summary>Names the client, never the secret.</summary>
    public override string ToString() => $"client '{ClientId}' at '{TokenEndpoint ?? Authority}'";
}
