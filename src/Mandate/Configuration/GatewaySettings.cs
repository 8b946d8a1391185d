namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Gateway</c>: the stages in front of the engine or cluster.</summary>
internal sealed class GatewaySettings
{
    /// <summary>The policy file; unset, the built-in policy holds.</summary>
    public string? PolicyFile { get; set; }

    /// <summary>File of the keys that seal task tokens; <c>token-keys.json</c> in the data directory unless set. Gateways in front of one cluster share it.</summary>
    public string? TokenKeyFile { get; set; }

    /// <summary>Search attribute that holds a run's tenant.</summary>
    public string TenantAttribute { get; set; } = "MandateTenant";

    /// <summary>Whether <c>GetSystemInfo</c> is answered without credentials.</summary>
    public bool AllowAnonymousSystemInfo { get; set; }
}
