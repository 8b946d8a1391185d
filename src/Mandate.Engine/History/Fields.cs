using Google.Protobuf.Collections;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Engine.History;

/// <summary>Merging of memo and search attributes: a field that is absent stays, one without a value goes.</summary>
internal static class Fields
{
    public static Memo Upsert(Memo existing, Memo? changes)
    {
        var result = existing.Clone();
        Merge(result.Fields, changes?.Fields);
        return result;
    }

    public static SearchAttributes Upsert(SearchAttributes existing, SearchAttributes? changes)
    {
        var result = existing.Clone();
        Merge(result.IndexedFields, changes?.IndexedFields);
        return result;
    }

    private static void Merge(MapField<string, Payload> target, MapField<string, Payload>? changes)
    {
        foreach (var (name, value) in changes ?? [])
        {
            if (IsEmpty(value))
                target.Remove(name);
            else
                target[name] = value;
        }
    }

    /// <summary>No data, a null, or an empty JSON list: the ways SDKs say that a field has no value any more.</summary>
    private static bool IsEmpty(Payload value) =>
        value.Data.IsEmpty
        || value.Data.Span.SequenceEqual("null"u8)
        || value.Data.Span.SequenceEqual("[]"u8)
        || (value.Metadata.TryGetValue("encoding", out var encoding) && encoding.Span.SequenceEqual("binary/null"u8));
}
