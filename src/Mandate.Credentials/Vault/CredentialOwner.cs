namespace Mandate.Credentials.Vault;

/// <summary>Who may use a credential: work for one user of one tenant, in one tree of workflows.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Tree">Workflow id at the top of the tree.</param>
/// <param name="User">The user the tree works for.</param>
public sealed record CredentialOwner(string Tenant, string Tree, string User);
