namespace Mandate.Development.IdentityProvider;

/// <summary>A user of the development identity provider.</summary>
/// <param name="UserId">Claim <c>sub</c>.</param>
/// <param name="TenantId">Claim <c>tenant_id</c>.</param>
internal sealed record DevelopmentUser(string UserId, string TenantId)
{
    /// <summary>Everybody there is.</summary>
    public static readonly IReadOnlyList<DevelopmentUser> All = [new("alice", "acme"), new("bob", "acme"), new("carol", "globex")];

    /// <summary>The name to log in with: <c>user@tenant</c>.</summary>
    public string Name => $"{UserId}@{TenantId}";
}
