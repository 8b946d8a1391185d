using Mandate.Engine.Storage.Records;

namespace Mandate.Engine.History;

/// <summary>A registered namespace.</summary>
internal sealed class NamespaceEntry(int key, string name, NamespaceRecord record)
{
    /// <summary>The store's number of the namespace.</summary>
    public int Key { get; } = key;

    public string Name { get; } = name;

    public string Id => Record.Id;

    public NamespaceRecord Record { get; set; } = record;
}
