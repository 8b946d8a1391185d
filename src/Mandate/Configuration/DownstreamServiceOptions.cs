using Mandate.Identity.Forwarding;

namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Services:&lt;name&gt;</c>: a service that activities call.</summary>
internal sealed class DownstreamServiceOptions
{
    /// <summary>Base address of the service; service tokens are sent to this origin only.</summary>
    public string? BaseAddress { get; set; }

    /// <summary>Audience to ask a service token for.</summary>
    public string? Audience { get; set; }

    /// <summary>How the service is told the user.</summary>
    public UserIdentity User { get; set; }
}
