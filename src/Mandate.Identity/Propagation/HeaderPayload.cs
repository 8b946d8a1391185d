using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Identity.Propagation;

/// <summary>Envelopes in Temporal headers: <c>json/plain</c> texts, which every official SDK's default converter reads.</summary>
internal static class HeaderPayload
{
    /// <summary>What an unreadable header reads as: not missing, and accepted by no verifier.</summary>
    private const string Unreadable = "?";

    public static Payload Write(string envelope) => DataConverter.Default.PayloadConverter.ToPayload(envelope);

    /// <summary>The text of a header; null when there is no such header.</summary>
    public static string? Read(IReadOnlyDictionary<string, Payload>? headers, string name)
    {
        if (headers is null || !headers.TryGetValue(name, out var payload))
            return null;
        try
        {
            return DataConverter.Default.PayloadConverter.ToValue(payload, typeof(string)) is string { Length: > 0 } text ? text : Unreadable;
        }
        catch (PayloadConversionException)
        {
            return Unreadable;
        }
    }

    /// <summary>The headers with exactly <paramref name="payload"/> under the name, or with nothing there when it is null.</summary>
    public static IReadOnlyDictionary<string, Payload> With(this IReadOnlyDictionary<string, Payload>? headers, string name, Payload? payload)
    {
        var changed = headers is null ? new(StringComparer.Ordinal) : new Dictionary<string, Payload>(headers, StringComparer.Ordinal);
        if (payload is null)
            changed.Remove(name);
        else
            changed[name] = payload;
        return changed;
    }
}
