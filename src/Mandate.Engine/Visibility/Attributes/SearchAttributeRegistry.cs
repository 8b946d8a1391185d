using Mandate.Engine.Storage.Records;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Visibility.Attributes;

/// <summary>Changes to the custom attributes of a namespace, on the records that are stored with it.</summary>
internal static class SearchAttributeRegistry
{
    /// <summary>Custom attributes of a namespace at most.</summary>
    public const int MaxAttributes = 200;

    /// <summary>Longest name, in characters.</summary>
    public const int MaxNameLength = 128;

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal) { "NamespaceId", "Memo", "MemoEncoding", "VisibilityTaskKey" };

    /// <summary>The attributes that <paramref name="records"/> register.</summary>
    public static SearchAttributeCatalog Catalog(IEnumerable<SearchAttributeRecord> records) => new(records
        .Where(r => !r.Removed)
        .Select(r => new SearchAttribute { Name = r.Name, Type = (IndexedValueType)r.Type, Key = r.Key }));

    /// <summary>Why an attribute of that name and type cannot be registered; null when it can.</summary>
    public static string? Refuse(string name, IndexedValueType type, SearchAttributeCatalog catalog)
    {
        var shown = Language.InvalidQueryException.Shorten(name);
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl))
            return $"'{shown}' cannot be the name of a search attribute: a name has 1 to {MaxNameLength} characters and no control characters.";
        if (SystemAttributes.ByName.ContainsKey(name) || Reserved.Contains(name) || name.StartsWith("Temporal", StringComparison.Ordinal))
            return $"Search attribute '{shown}' is reserved. Choose a name that no system attribute has and that does not begin with 'Temporal'.";
        if (type is < IndexedValueType.Text or > IndexedValueType.KeywordList)
            return $"Search attribute '{shown}' has no type. It is one of Text, Keyword, Int, Double, Bool, Datetime, KeywordList.";
        return catalog.TryGet(name, out var existing) && existing.Type != type
            ? $"Search attribute '{shown}' is registered with type {existing.Type} already. Remove it first to register it with type {type}; values of the old type are then no longer found."
            : null;
    }

    /// <summary>Registers an attribute that <see cref="Refuse"/> lets pass; nothing happens when it is there.</summary>
    public static void Add(ICollection<SearchAttributeRecord> records, string name, IndexedValueType type)
    {
        var known = records.FirstOrDefault(r => r.Name == name && r.Type == (int)type);
        if (known is not null)
        {
            known.Removed = false;
            return;
        }

        records.Add(new()
        {
            Key = records.Select(r => r.Key).Append(SystemAttributes.FirstCustomKey - 1).Max() + 1,
            Name = name,
            Type = (int)type,
        });
    }

    /// <summary>Removes an attribute; false when there is none of that name.</summary>
    public static bool Remove(IEnumerable<SearchAttributeRecord> records, string name)
    {
        if (records.FirstOrDefault(r => r.Name == name && !r.Removed) is not { } record)
            return false;
        record.Removed = true;
        return true;
    }
}
