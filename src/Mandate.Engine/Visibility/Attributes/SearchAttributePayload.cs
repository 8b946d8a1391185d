using System.Text.Json;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Engine.Visibility.Attributes;

/// <summary>
/// Search attributes on the wire: JSON (<c>encoding: json/plain</c>) with the type's name under <c>type</c>. Null and an empty list mean that there is no value. A list of one counts as
/// its item where the type takes one value: SDKs without typed attributes write lists only.
/// </summary>
internal static class SearchAttributePayload
{
    private const string EncodingKey = "encoding";
    private const string TypeKey = "type";

    private static readonly ByteString JsonPlain = ByteString.CopyFromUtf8("json/plain");
    private static readonly ByteString BinaryNull = ByteString.CopyFromUtf8("binary/null");

    /// <summary>The type the payload says it has; unspecified when it says none that is known.</summary>
    public static IndexedValueType TypeOf(Payload payload) =>
        payload.Metadata.TryGetValue(TypeKey, out var name) ? TypeOf(name.ToStringUtf8()) : IndexedValueType.Unspecified;

    /// <summary>A value of type Keyword.</summary>
    public static Payload Keyword(string value) => new()
    {
        Metadata = { [EncodingKey] = JsonPlain, [TypeKey] = ByteString.CopyFromUtf8(nameof(IndexedValueType.Keyword)) },
        Data = ByteString.CopyFrom(JsonSerializer.SerializeToUtf8Bytes(value)),
    };

    /// <summary>Attributes with their types; the same ones when there is nothing to add.</summary>
    public static SearchAttributes WithTypes(SearchAttributes attributes, SearchAttributeCatalog catalog)
    {
        if (attributes.IndexedFields.All(f => f.Value.Metadata.ContainsKey(TypeKey)))
            return attributes;
        var typed = new SearchAttributes();
        foreach (var (name, payload) in attributes.IndexedFields)
            typed.IndexedFields.Add(name, catalog.TryGet(name, out var attribute) ? WithType(payload, attribute.Type) : payload);
        return typed;
    }

    /// <summary>The payload with the name of the type it was registered with, which typed SDKs need to read it.</summary>
    public static Payload WithType(Payload payload, IndexedValueType type)
    {
        var typed = payload.Clone();
        typed.Metadata[TypeKey] = ByteString.CopyFromUtf8(type.ToString());
        return typed;
    }

    /// <summary>Reads the values to be indexed; none when the payload says that there is no value.</summary>
    /// <returns>Null when it worked, else what is wrong with the payload.</returns>
    public static string? TryRead(Payload payload, IndexedValueType type, out IReadOnlyList<IndexedValue> values)
    {
        values = [];
        if (payload.Metadata.TryGetValue(EncodingKey, out var encoding) && encoding == BinaryNull)
            return null;
        if (encoding is not null && encoding != JsonPlain)
            return $"its encoding is '{Shown(encoding.ToStringUtf8())}', but search attributes are stored in clear, as json/plain. Leave them out of payload codecs";
        if (payload.Data.IsEmpty)
            return null;
        try
        {
            using var json = JsonDocument.Parse(payload.Data.Memory);
            return TryRead(json.RootElement, type, out values);
        }
        catch (JsonException)
        {
            return "it is not JSON";
        }
        catch (InvalidOperationException)
        {
            // A string with half of a surrogate pair.
            return "it is not well-formed Unicode";
        }
    }

    private static string? TryRead(JsonElement json, IndexedValueType type, out IReadOnlyList<IndexedValue> values)
    {
        values = [];
        if (json.ValueKind == JsonValueKind.Null || (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 0))
            return null;
        if (type == IndexedValueType.KeywordList)
            return TryReadList(json, out values);
        if (json.ValueKind == JsonValueKind.Array)
        {
            if (json.GetArrayLength() > 1)
                return $"it has several values, and a {type} has one. Register the attribute as KeywordList for several";
            json = json[0];
        }

        IndexedValue? value = type switch
        {
            IndexedValueType.Keyword or IndexedValueType.Text when json.ValueKind == JsonValueKind.String => IndexedValue.Of(json.GetString()!),
            IndexedValueType.Int when json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var integer) => IndexedValue.Of(integer),
            IndexedValueType.Double when json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out var real) && double.IsFinite(real) => IndexedValue.Of(real),
            IndexedValueType.Bool when json.ValueKind is JsonValueKind.True or JsonValueKind.False => IndexedValue.Of(json.GetBoolean() ? 1 : 0),
            IndexedValueType.Datetime when json.ValueKind == JsonValueKind.String && TimeText.TryParse(json.GetString()!, out var ticks) => IndexedValue.Of(ticks),
            _ => null,
        };
        if (value is not { } read)
            return $"{Shown(json.GetRawText())} is no {Expected(type)}";
        values = type == IndexedValueType.Text ? Words(read.Text!) : [read];
        return null;
    }

    private static string? TryReadList(JsonElement json, out IReadOnlyList<IndexedValue> values)
    {
        values = [];
        if (json.ValueKind != JsonValueKind.Array)
            return "a KeywordList is a list of strings";
        var items = new List<IndexedValue>();
        foreach (var item in json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
                return $"a KeywordList is a list of strings, and {Shown(item.GetRawText())} is none";
            items.Add(IndexedValue.Of(item.GetString()!));
        }

        values = [.. items.Distinct()];
        return null;
    }

    /// <summary>A text without any word has an empty one, so that it differs from no text.</summary>
    private static IReadOnlyList<IndexedValue> Words(string text)
    {
        var words = TextWords.Of(text);
        return words.Count == 0 ? [IndexedValue.Of("")] : [.. words.Select(IndexedValue.Of)];
    }

    private static string Expected(IndexedValueType type) => type switch
    {
        IndexedValueType.Int => "integer of 64 bits",
        IndexedValueType.Double => "number",
        IndexedValueType.Bool => "boolean",
        IndexedValueType.Datetime => "time such as \"2026-03-04T12:00:00Z\" (RFC 3339)",
        _ => "string",
    };

    private static IndexedValueType TypeOf(string name) => name switch
    {
        nameof(IndexedValueType.Text) => IndexedValueType.Text,
        nameof(IndexedValueType.Keyword) => IndexedValueType.Keyword,
        nameof(IndexedValueType.Int) => IndexedValueType.Int,
        nameof(IndexedValueType.Double) => IndexedValueType.Double,
        nameof(IndexedValueType.Bool) => IndexedValueType.Bool,
        nameof(IndexedValueType.Datetime) => IndexedValueType.Datetime,
        nameof(IndexedValueType.KeywordList) => IndexedValueType.KeywordList,
        _ => IndexedValueType.Unspecified,
    };

    private static string Shown(string text) => Language.InvalidQueryException.Shorten(text);
}
