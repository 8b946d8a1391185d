using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Mandate.Gateway.Authorization;

/// <summary>Who may do what. An action is allowed when a rule allows it and no rule denies it; the order of the rules does not count.</summary>
/// <param name="Rules">The rules.</param>
/// <param name="NamespaceOwners">Namespaces that belong to one tenant alone, and to which.</param>
/// <param name="IsDryRun">Whether denials by rules are only recorded. Authentication and the walls between tenants hold all the same.</param>
/// <param name="Fingerprint">SHA-256 of the file, in lower-case hex.</param>
internal sealed record Policy(ImmutableArray<PolicyRule> Rules, FrozenDictionary<string, string> NamespaceOwners, bool IsDryRun, string Fingerprint)
{
    public PolicyDecision Decide(PolicyAction action)
    {
        PolicyRule? allowing = null;
        foreach (var rule in Rules)
        {
            if ((rule.Allows && allowing is not null) || !rule.Matches(action))
                continue;
            if (!rule.Allows)
                return new(IsAllowed: false, rule.Name);
            allowing = rule;
        }

        return new(allowing is not null, allowing?.Name);
    }

    /// <summary>The tenant that has the namespace to itself; null for one that tenants share.</summary>
    public string? OwnerOf(string @namespace) => NamespaceOwners.GetValueOrDefault(@namespace);
}
