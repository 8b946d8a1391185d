using System.Collections.Concurrent;
using System.Reflection;

namespace Mandate.Stateful.Propagation;

/// <summary>The rules of handlers, read once.</summary>
internal sealed class SenderRules(bool allowUnstated)
{
    private readonly ConcurrentDictionary<MethodInfo, SenderRule?> _rules = new();

    public bool AllowUnstated => allowUnstated;

    /// <summary>The rule of a handler; null when everybody may send it something.</summary>
    public SenderRule? Of(MethodInfo method) => _rules.GetOrAdd(method, static m =>
    {
        var ancestor = m.IsDefined(typeof(RequireAncestorAttribute), inherit: true);
        var scopes = m.GetCustomAttributes<RequireScopeAttribute>(inherit: true).Select(a => a.Scope).ToList();
        return ancestor || scopes.Count > 0 ? new(ancestor, scopes) : null;
    });
}
