using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Mandate.Engine.Visibility.Attributes;

/// <summary>The attributes of one namespace as of now. Immutable: a registration makes a new one.</summary>
internal sealed class SearchAttributeCatalog
{
    private const string Prefix = "Temporal";

    private readonly FrozenDictionary<string, SearchAttribute> _custom;

    public SearchAttributeCatalog(IEnumerable<SearchAttribute> custom) =>
        _custom = custom.ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);

    /// <summary>Without custom attributes.</summary>
    public static SearchAttributeCatalog Empty { get; } = new([]);

    public IEnumerable<SearchAttribute> Custom => _custom.Values;

    /// <summary>Finds an attribute by its exact name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out SearchAttribute? attribute) =>
        SystemAttributes.ByName.TryGetValue(name, out attribute) || _custom.TryGetValue(name, out attribute);

    /// <summary>
    /// Finds an attribute as queries name it: by its exact name, then with <c>Temporal</c> put before it or taken away; <c>ScheduleId</c> means the workflow id. A custom attribute
    /// of that very name goes before such an alias.
    /// </summary>
    public bool TryResolve(string name, [NotNullWhen(true)] out SearchAttribute? attribute)
    {
        if (TryGet(name, out attribute))
            return true;
        var bare = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        if (bare == "ScheduleId")
        {
            attribute = SystemAttributes.WorkflowId;
            return true;
        }

        return SystemAttributes.ByName.TryGetValue(Prefix + name, out attribute) || (bare != name && SystemAttributes.ByName.TryGetValue(bare, out attribute));
    }
}
