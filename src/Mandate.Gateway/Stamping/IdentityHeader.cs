using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Mandate.Identity;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;

namespace Mandate.Gateway.Stamping;

/// <summary>Signed texts in Temporal headers: <c>json/plain</c> texts, which every official SDK's default converter reads.</summary>
internal static class IdentityHeader
{
    /// <summary>What a header reads as that is there and is no text: not missing, and accepted by no verifier.</summary>
    public const string Unreadable = "?";

    private static readonly ByteString JsonPlain = ByteString.CopyFromUtf8("json/plain");

    /// <summary>A signed text is of base64url and dots, which JSON writes as they are.</summary>
    public static Payload Write(string signed) => new() { Metadata = { ["encoding"] = JsonPlain }, Data = ByteString.CopyFrom($"\"{signed}\"", Encoding.ASCII) };

    /// <summary>The text of a header; null when there is no such header.</summary>
    public static string? Read(Header? header, string name)
    {
        if (header is null || !header.Fields.TryGetValue(name, out var payload) || payload is null)
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

    /// <summary>Removes what claims an identity, in any spelling of case; the names found are added to <paramref name="claims"/>.</summary>
    public static void Strip(Header? header, List<string> claims)
    {
        if (header is null || header.Fields.Count == 0)
            return;
        foreach (var name in Claims(header.Fields))
        {
            header.Fields.Remove(name);
            claims.Add(name);
        }
    }

    private static string[] Claims(MapField<string, Payload> fields)
    {
        foreach (var name in fields.Keys)
        {
            if (IsClaim(name))
                return [.. fields.Keys.Where(IsClaim)];
        }

        return [];
    }

    private static bool IsClaim(string name)
    {
        var trimmed = name.AsSpan().Trim();
        return trimmed.Equals(IdentityHeaders.Principal, StringComparison.OrdinalIgnoreCase) || trimmed.Equals(IdentityHeaders.Actor, StringComparison.OrdinalIgnoreCase);
    }
}
