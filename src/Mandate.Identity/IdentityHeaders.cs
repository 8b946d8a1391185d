namespace Mandate.Identity;

/// <summary>Names of the headers identity travels in.</summary>
public static class IdentityHeaders
{
    /// <summary>Temporal header with the signed principal of a run; a <c>json/plain</c> text.</summary>
    public const string Principal = "mandate-principal";

    /// <summary>Temporal header with the signed sender of a message to a workflow; a <c>json/plain</c> text.</summary>
    public const string Actor = "mandate-actor";

    /// <summary>HTTP and gRPC header with an API key.</summary>
    public const string ApiKey = "X-API-Key";

    /// <summary>HTTP header with the user id, encoded as <see cref="Forwarding.ForwardedValue"/> does.</summary>
    public const string ForwardedUser = "X-Forwarded-User";

    /// <summary>HTTP header with the tenant id, encoded as <see cref="Forwarding.ForwardedValue"/> does.</summary>
    public const string ForwardedTenant = "X-Forwarded-Tenant";
}
