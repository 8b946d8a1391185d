using Mandate.Engine.Visibility.Attributes;
using Mandate.Engine.Visibility.Listing;

namespace Mandate.Engine.Storage;

/// <summary>A run's rows in the index of search attributes; they take the place of those it has, unless it is new.</summary>
internal sealed class SearchAttributesWritten(int namespaceKey, long run, IReadOnlyList<IndexEntry> entries, bool isNew) : StoreChange
{
    public override int Weight => 64 + (128 * entries.Count);

    public override void Write(StoreStatements statements)
    {
        if (!isNew)
            statements.DeleteSearchAttributes.Bind(1, run).Run();
        foreach (var entry in entries)
        {
            var insert = statements.InsertSearchAttribute.Bind(1, namespaceKey).Bind(2, entry.Attribute).Bind(4, run);
            SqlText.Bind(insert, 3, entry.Value);
            insert.Run();
        }
    }
}
