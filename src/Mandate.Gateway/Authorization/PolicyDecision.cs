namespace Mandate.Gateway.Authorization;

/// <summary>What the rules say of an action.</summary>
/// <param name="IsAllowed">Whether it may happen: some rule allows it and none denies it.</param>
/// <param name="Rule">The rule that decided; null when none allows it.</param>
internal readonly record struct PolicyDecision(bool IsAllowed, string? Rule)
{
    /// <summary>Why not, for the ledger.</summary>
    public string Reason => Rule is null ? "policy:no-rule-allows" : $"policy:{Rule}";
}
