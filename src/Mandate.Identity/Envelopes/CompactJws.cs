using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Mandate.Identity.Keys;

namespace Mandate.Identity.Envelopes;

/// <summary>
/// Compact JSON Web Signatures (RFC 7515) exactly as this room writes them: the protected header holds <c>alg</c>, <c>kid</c> and <c>typ</c> and nothing else, and every part has one
/// spelling only. Whatever differs is refused before any key is looked for.
/// </summary>
internal static class CompactJws
{
    public const int MaximumLength = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    public static string Sign(EcKey key, string type, ReadOnlySpan<byte> payload)
    {
        var header = $$"""{"alg":"{{EcKey.Algorithm}}","kid":"{{key.Id}}","typ":"{{type}}"}""";
        var signed = $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(header))}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Takes a signature apart without judging it; null when it is not one of ours.</summary>
    public static Parts? Parse(string text, string type)
    {
        if (text.Length > MaximumLength)
            return null;
        var first = text.IndexOf('.', StringComparison.Ordinal);
        var last = text.LastIndexOf('.');
        if (first < 0 || last <= first || text.AsSpan(first + 1, last - first - 1).Contains('.'))
            return null;
        if (Decode(text.AsSpan(0, first)) is not { } header
            || Decode(text.AsSpan(first + 1, last - first - 1)) is not { } payload
            || Decode(text.AsSpan(last + 1)) is not { Length: EcKey.SignatureSize } signature
            || KeyId(header, type) is not { } keyId)
        {
            return null;
        }

        return new(keyId, Encoding.ASCII.GetBytes(text, 0, last), payload, signature);
    }

    /// <summary>Reads a JSON object in which no name occurs twice; null when it is none.</summary>
    public static JsonDocument? ParseObject(ReadOnlyMemory<byte> json)
    {
        try
        {
            var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A text of an object; null when it is missing, not a text, or not well-formed Unicode, which JSON's syntax lets pass.</summary>
    public static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind is not JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Base64url with one spelling: a decoder may pass over bits at the end that mean nothing, so the text must be what encoding gives.</summary>
    private static byte[]? Decode(ReadOnlySpan<char> text)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            return text.SequenceEqual(Base64Url.EncodeToString(bytes)) ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? KeyId(byte[] header, string type)
    {
        using var document = ParseObject(header);
        if (document is null || document.RootElement.GetPropertyCount() != 3)
            return null;
        return Text(document.RootElement, "alg") is EcKey.Algorithm && Text(document.RootElement, "typ") == type ? Text(document.RootElement, "kid") : null;
    }

    /// <summary>A signature taken apart.</summary>
    internal sealed record Parts(string KeyId, byte[] Signed, byte[] Payload, byte[] Signature);
}
