namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Identity</c>.</summary>
internal sealed class IdentityOptions
{
    /// <summary>The issuer named in signed principals.</summary>
    public string Issuer { get; set; } = "mandate";

    /// <summary>File of the signing keys; <c>principal-keys.json</c> in the data directory unless set.</summary>
    public string? KeyFile { get; set; }

    /// <summary>
    /// For <c>mandate worker</c>: where the service publishes the public keys, its <c>/.well-known/jwks.json</c>.
    /// </summary>
    public string? KeysAddress { get; set; }

    /// <summary>Whom runs without a signed principal act for; unset, such runs are denied.</summary>
    public SystemPrincipalOptions? AllowSystemPrincipal { get; set; }

    /// <summary>Whether signals without a signed sender, as from Temporal's own command line, are delivered.</summary>
    public bool AllowUnsignedMessages { get; set; }
}
