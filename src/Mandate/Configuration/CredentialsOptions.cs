namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Credentials</c>: OAuth2 client credentials.</summary>
internal sealed class CredentialsOptions
{
    /// <summary>The provider's token endpoint.</summary>
    public string? TokenEndpoint { get; set; }

    /// <summary>The provider's issuer identifier, to which users are stated when tokens are exchanged; <see cref="TokenEndpoint"/> unless set.</summary>
    public string? Provider { get; set; }

    /// <summary>This service's client id.</summary>
    public string? ClientId { get; set; }

    /// <summary>The client's secret. Prefer <see cref="ClientSecretFile"/>.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>File that holds the client's secret and nothing else.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>Names the client, never the secret.</summary>
    public override string ToString() => $"client '{ClientId}' at '{TokenEndpoint}'";
}
