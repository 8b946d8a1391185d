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

    /// <summary>Checks attributes of a start or an upsert.</summary>
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

        return attributes.CalculateSize() is var size && size > MaxTotalBytes
            ? $"The search attributes of a run have at most {MaxTotalBytes:N0} bytes together; {size:N0} were sent. Put what is not searched for into the memo."
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
        if (payload.Data.Length > MaxValueBytes)
            return $"The value of search attribute '{shown}' has {payload.Data.Length:N0} bytes; at most {MaxValueBytes:N0} are accepted. Put what is not searched for into the memo.";
        return SearchAttributePayload.TryRead(payload, attribute.Type, out _) is { } problem
            ? $"The value of search attribute '{shown}' of type {attribute.Type} cannot be used: {problem}."
            : null;
    }
}
