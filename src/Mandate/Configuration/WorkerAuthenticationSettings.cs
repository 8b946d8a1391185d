using Mandate.Credentials;

namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:WorkerAuthentication</c>: how this program proves itself to a cluster by OAuth2 client credentials.</summary>
internal sealed class WorkerAuthenticationSettings
{
    /// <summary>Whether to send a token with each call to the cluster.</summary>
    public bool Enabled { get; set; }

    /// <summary>Prefix of the environment variables that deployments use for this: <c>&lt;prefix&gt;WORKFLOW_AUTH_URL</c> and the like.</summary>
    public string EnvironmentPrefix { get; set; } = EnvironmentSettings.Prefix;

    /// <summary>Whose credentials to use; part of the names under which they are kept.</summary>
    public string ApplicationName { get; set; } = "mandate";

    /// <summary>The identity provider's token endpoint.</summary>
    public string? TokenEndpoint { get; set; }

    /// <summary>The identity provider, whose token endpoint is found by discovery.</summary>
    public string? Authority { get; set; }

    /// <summary>Scopes to ask for.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>The <c>audience</c> to ask for.</summary>
    public string? Audience { get; set; }

    /// <summary>The <c>resource</c> (RFC 8707) to ask for.</summary>
    public string? Resource { get; set; }

    /// <summary>How the client proves itself.</summary>
    public ClientAuthentication Method { get; set; }

    /// <summary>For a private key: its id at the provider.</summary>
    public string? AssertionKeyId { get; set; }

    /// <summary>For a private key: the algorithm, where it does not follow from the key.</summary>
    public string? AssertionAlgorithm { get; set; }

    /// <summary>PEM file of the authorities of the provider's certificate; unset, the machine's.</summary>
    public string? AuthoritiesFile { get; set; }

    /// <summary>PEM file of the client certificate to show to the provider.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>PEM file of its private key.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>The Dapr secret store component, where <see cref="Places"/> are not listed.</summary>
    public string? SecretComponent { get; set; }

    /// <summary>The secret that holds client id and secret, for places that name none.</summary>
    public string? SecretName { get; set; }

    /// <summary>Where client id and secret may be kept, in order; none listed: the environment, then Dapr.</summary>
    public List<CredentialPlaceOptions> Places { get; set; } = [];

    /// <summary>Whether tokens may travel without TLS to a cluster on another machine.</summary>
    public bool AllowCleartext { get; set; }

    /// <summary>The places in force.</summary>
    public IEnumerable<CredentialPlaceOptions> PlacesInForce => Places.Count > 0
        ? Places
        : [new() { Kind = CredentialPlaceKind.Environment }, new() { Kind = CredentialPlaceKind.Dapr, Component = SecretComponent }];
}
