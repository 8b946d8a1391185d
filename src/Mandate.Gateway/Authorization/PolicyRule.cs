using System.Collections.Immutable;
using Mandate.Gateway.Calls;
using Mandate.Identity;

namespace Mandate.Gateway.Authorization;

/// <summary>
/// Says yes or no to what it matches. What a rule does not name it does not ask about; what it does name must be there and match, so a rule about workflow types says nothing about
/// calls that have none.
/// </summary>
internal sealed record PolicyRule
{
    public required string Name { get; init; }

    public required bool Allows { get; init; }

    public ImmutableArray<CallerKind>? Kinds { get; init; }

    public ImmutableArray<NamePattern>? Subjects { get; init; }

    /// <summary>Tenants of callers.</summary>
    public ImmutableArray<NamePattern>? CallerTenants { get; init; }

    /// <summary>Tenants it is done for: the run's, where a worker of no tenant answers for it.</summary>
    public ImmutableArray<NamePattern>? Tenants { get; init; }

    /// <summary>All of them must be there.</summary>
    public ImmutableArray<string>? Scopes { get; init; }

    public ImmutableArray<NamePattern>? Namespaces { get; init; }

    /// <summary>Names of RPCs; with <see cref="Groups"/> one alternative.</summary>
    public ImmutableArray<NamePattern>? Rpcs { get; init; }

    public ImmutableArray<RpcGroup>? Groups { get; init; }

    public ImmutableArray<NamePattern>? Commands { get; init; }

    public ImmutableArray<NamePattern>? WorkflowTypes { get; init; }

    public ImmutableArray<NamePattern>? TaskQueues { get; init; }

    public ImmutableArray<NamePattern>? Signals { get; init; }

    public ImmutableArray<NamePattern>? Queries { get; init; }

    public ImmutableArray<NamePattern>? Updates { get; init; }

    public bool Matches(PolicyAction action)
    {
        var tenant = action.Tenant;
        return MatchesOperation(action)
            && (Kinds is not { } kinds || kinds.Contains(action.Caller.Kind))
            && (CallerTenants is not { } callers || (action.Caller.TenantId is { } own && Any(callers, own, own)))
            && (Tenants is not { } tenants || (tenant is not null && Any(tenants, tenant, tenant)))
            && (Scopes is not { } scopes || scopes.All(s => action.Caller.Scopes.Contains(s, StringComparer.Ordinal)))
            && (Subjects is not { } subjects || Any(subjects, action.Caller.Subject, tenant))
            && Names(Namespaces, action.Namespace, tenant)
            && Names(WorkflowTypes, action.WorkflowType, tenant)
            && Names(TaskQueues, action.TaskQueue, tenant)
            && MatchesMessage(Signals, WorkflowMessageKind.Signal, action)
            && MatchesMessage(Queries, WorkflowMessageKind.Query, action)
            && MatchesMessage(Updates, WorkflowMessageKind.Update, action);
    }

    /// <summary>A rule that names neither RPCs nor commands is about both.</summary>
    private bool MatchesOperation(PolicyAction action)
    {
        if (action.Group == RpcGroup.Command)
            return Commands is { } commands ? Any(commands, action.Operation, action.Tenant) : Rpcs is null && Groups is null;
        if (Rpcs is null && Groups is null)
            return Commands is null;
        return (Groups is { } groups && groups.Contains(action.Group)) || (Rpcs is { } rpcs && Any(rpcs, action.Operation, action.Tenant));
    }

    private static bool MatchesMessage(ImmutableArray<NamePattern>? patterns, WorkflowMessageKind kind, PolicyAction action) =>
        patterns is not { } names || (action.Message == kind && Any(names, action.MessageName, action.Tenant));

    private static bool Names(ImmutableArray<NamePattern>? patterns, string name, string? tenant) => patterns is not { } names || (name.Length > 0 && Any(names, name, tenant));

    private static bool Any(ImmutableArray<NamePattern> patterns, string name, string? tenant)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(name, tenant))
                return true;
        }

        return false;
    }
}
