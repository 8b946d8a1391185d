using Mandate.Engine.Storage.Records;
using Mandate.Engine.Visibility.Attributes;

namespace Mandate.Engine.History;

/// <summary>A registered namespace.</summary>
internal sealed class NamespaceEntry(int key, string name, NamespaceRecord record)
{
    /// <summary>The store's number of the namespace.</summary>
    public int Key { get; } = key;

    public string Name { get; } = name;

    public string Id => Record.Id;

    public NamespaceRecord Record
    {
        get;
        set
        {
            field = value;
            SearchAttributes = SearchAttributeRegistry.Catalog(value.SearchAttributes);
        }
    } = record;

    /// <summary>The search attributes runs of the namespace may have.</summary>
    public SearchAttributeCatalog SearchAttributes { get; private set; } = SearchAttributeRegistry.Catalog(record.SearchAttributes);
}
