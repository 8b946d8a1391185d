using Mandate.Identity;

namespace Mandate.Configuration;

/// <summary>Section <c>Mandate:Authentication:ClientCertificates:Callers:&lt;n&gt;</c>.</summary>
internal sealed class CertificateCallerOptions
{
    /// <summary>URI or DNS name among the certificate's alternative names.</summary>
    public string? Name { get; set; }

    /// <summary>What kind of caller it makes.</summary>
    public CallerKind Kind { get; set; } = CallerKind.Worker;

    /// <summary>User, or name of the service or worker.</summary>
    public string? Subject { get; set; }

    /// <summary>Tenant it is bound to; required for a user.</summary>
    public string? Tenant { get; set; }

    /// <summary>What it allows.</summary>
    public List<string> Scopes { get; set; } = [];
}
