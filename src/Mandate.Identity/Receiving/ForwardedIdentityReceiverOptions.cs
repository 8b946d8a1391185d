namespace Mandate.Identity.Receiving;

/// <summary>Whom a service believes when it is told for which user a call is made.</summary>
public sealed record ForwardedIdentityReceiverOptions
{
    /// <summary>Services that may name users: the values of <see cref="ServiceClaim"/> in their verified tokens. Nobody else is believed.</summary>
    public required IReadOnlyList<string> TrustedServices { get; init; }

    /// <summary>
    /// Claim that names the calling service; <c>sub</c> unless set. It must be one that a user's token cannot carry with a service's name: <c>azp</c> or <c>client_id</c> also stand in tokens
    /// of users who came through that client.
    /// </summary>
    public string ServiceClaim { get; init; } = "sub";

    /// <summary>Scope that the calling service's token must hold as well; null, the default, for none.</summary>
    public string? RequiredScope { get; init; }

    /// <summary>Claim that names the user afterwards; <c>sub</c> unless set.</summary>
    public string UserClaim { get; init; } = "sub";

    /// <summary>Claim that names the tenant afterwards; <c>tenant_id</c> unless set.</summary>
    public string TenantClaim { get; init; } = "tenant_id";
}
