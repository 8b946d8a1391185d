namespace Mandate.Engine.Visibility.Attributes;

/// <summary>One row of the index of search attributes, but for the run.</summary>
internal readonly record struct IndexEntry(int Attribute, IndexedValue Value)
{
    /// <summary>The rows of a run with <paramref name="attributes"/>. Attributes that are not registered any more, or do not fit, have none.</summary>
    public static List<IndexEntry> Of(Protocol.Api.Common.V1.SearchAttributes? attributes, SearchAttributeCatalog catalog)
    {
        var entries = new List<IndexEntry>();
        foreach (var (name, payload) in attributes?.IndexedFields ?? [])
        {
            if (!catalog.TryGet(name, out var attribute) || attribute.Column is not null || SearchAttributePayload.TryRead(payload, attribute.Type, out var values) is not null)
                continue;
            foreach (var value in values)
                entries.Add(new(attribute.Key, value));
        }

        return entries;
    }
}
