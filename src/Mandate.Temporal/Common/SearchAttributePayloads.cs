using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Api.Enums.V1;

namespace Mandate.Temporal.Common;

/// <summary>Search attributes as payloads: JSON with the indexed type in the metadata. They are read by the server, so no codec applies.</summary>
internal static class SearchAttributePayloads
{
    private const string TypeKey = "type";
    private static readonly ByteString Json = ByteString.CopyFromUtf8("json/plain");
    private static readonly ByteString Null = ByteString.CopyFromUtf8("binary/null");

    internal static Payload Write(SearchAttributeKey key, object value)
    {
        var written = value is DateTimeOffset moment ? moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) : value;
        return new()
        {
            Metadata = { ["encoding"] = Json, [TypeKey] = ByteString.CopyFromUtf8(Name(key.ValueType)) },
            Data = UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(written, written.GetType())),
        };
    }

    /// <summary>The form that removes an attribute.</summary>
    internal static Payload WriteUnset(SearchAttributeKey key) => new()
    {
        Metadata = { ["encoding"] = Null, [TypeKey] = ByteString.CopyFromUtf8(Name(key.ValueType)) },
    };

    internal static bool TryRead(string name, Payload payload, [NotNullWhen(true)] out SearchAttributeKey? key, [NotNullWhen(true)] out object? value)
    {
        key = null;
        value = null;
        if (!payload.Metadata.TryGetValue(TypeKey, out var type) || payload.Data.IsEmpty)
            return false;
        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(payload.Data.Span);
            switch (type.ToStringUtf8())
            {
                case "Text":
                    (key, value) = (SearchAttributeKey.CreateText(name), Single(json).GetString());
                    break;
                case "Keyword":
                    (key, value) = (SearchAttributeKey.CreateKeyword(name), Single(json).GetString());
                    break;
                case "Int":
                    (key, value) = (SearchAttributeKey.CreateLong(name), Single(json).GetInt64());
                    break;
                case "Double":
                    (key, value) = (SearchAttributeKey.CreateDouble(name), Single(json).GetDouble());
                    break;
                case "Bool":
                    (key, value) = (SearchAttributeKey.CreateBool(name), Single(json).GetBoolean());
                    break;
                case "Datetime":
                    (key, value) = (SearchAttributeKey.CreateDateTimeOffset(name), Single(json).GetDateTimeOffset());
                    break;
                case "KeywordList":
                    (key, value) = (SearchAttributeKey.CreateKeywordList(name), json.Deserialize<string[]>());
                    break;
                default:
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }

        return key is not null && value is not null;
    }

    // The server may answer a single value as a list of one.
    private static JsonElement Single(JsonElement json) => json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 1 ? json[0] : json;

    private static string Name(IndexedValueType type) => type switch
    {
        IndexedValueType.Text => "Text",
        IndexedValueType.Keyword => "Keyword",
        IndexedValueType.Int => "Int",
        IndexedValueType.Double => "Double",
        IndexedValueType.Bool => "Bool",
        IndexedValueType.Datetime => "Datetime",
        IndexedValueType.KeywordList => "KeywordList",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown search attribute type"),
    };
}
