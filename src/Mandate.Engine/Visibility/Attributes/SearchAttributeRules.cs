using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Engine.Visibility.Attributes;

/// <summary>What search attributes callers may set on a run. Bounds are Temporal's defaults.</summary>
internal static class SearchAttributeRules
{
    /// <summary>Attributes of one run.</summary>
    public const int MaxCount = 100;

    /// <summary>Bytes of one value as sent.</summary>
    public const int MaxValueBytes = 2 * 1024;

    /// <summary>Bytes of all attributes of a run.</summary>
    public const int MaxTotalBytes = 40 * 1024;

    /// <summary>Checks number, names and values of a start's or an upsert's attributes.</summary>
    /// <returns>What is wrong and what to do; null when all is well.</returns>
    public static string? Check(SearchAttributes? attributes, SearchAttributeCatalog catalog, string namespaceName)
    {
        if (attributes is null || attributes.IndexedFields.Count == 0)
            return null;
        if (attributes.IndexedFields.Count > MaxCount)
            return $"A run has at most {MaxCount} search attributes; {attributes.IndexedFields.Count} were sent.";
        foreach (var (name, payload) in attributes.IndexedFields)
        {
            if (Check(name, payload, catalog, namespaceName) is { } problem)
                return problem;
        }

        return null;
    }

    /// <summary>Checks the sizes of what a run is to have.</summary>
    /// <returns>What is too large; null when all is well.</returns>
    public static string? CheckSize(SearchAttributes? attributes)
    {
        if (attributes is null)
            return null;
        foreach (var (name, payload) in attributes.IndexedFields)
        {
            if (payload.Data.Length > MaxValueBytes)
            {
                var shown = Language.InvalidQueryException.Shorten(name);
                return $"search attribute {shown} value size {payload.Data.Length} exceeds size limit {MaxValueBytes}. Put what is not searched for into the memo.";
            }
        }

        return attributes.CalculateSize() is var size && size > MaxTotalBytes
            ? $"total size of search attributes {size} exceeds size limit {MaxTotalBytes}. Put what is not searched for into the memo."
            : null;
    }

    private static string? Check(string name, Payload payload, SearchAttributeCatalog catalog, string namespaceName)
    {
        var shown = Language.InvalidQueryException.Shorten(name);
        if (!catalog.TryGet(name, out var attribute))
        {
            return $"Search attribute '{shown}' is not registered in namespace '{namespaceName}'. Register it with OperatorService.AddSearchAttributes (temporal operator search-attribute create --namespace {namespaceName} --name {shown} --type …), or name it in the engine's options.";
        }

        if (!attribute.CanBeSet)
            return $"Search attribute '{shown}' is set by the engine and cannot be set by callers.";
        return SearchAttributePayload.TryRead(payload, attribute.Type, out _) is { } problem
            ? $"The value of search attribute '{shown}' of type {attribute.Type} cannot be used: {problem}."
            : null;
    }
}
