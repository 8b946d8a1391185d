namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Development</c>: stand-ins for what a production environment brings. Never for production.</summary>
internal sealed class DevelopmentOptions
{
    /// <summary>Whether to run the development identity provider and let the REST API trust it.</summary>
    public bool IdentityProvider { get; set; }

    /// <summary>Whether callers of the gRPC listener from this machine need no credentials. They may do everything an operator and a worker may.</summary>
    public bool AnonymousCallers { get; set; }

    /// <summary>Where the development identity provider listens; loopback only.</summary>
    public string IdentityProviderAddress { get; set; } = "http://127.0.0.1:8081";
}
