using System.Text.Json.Nodes;
using Google.Protobuf;
using Mandate.Credentials.Vault;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Stateful.Sealing;

/// <summary>Finds tokens in clear among the arguments of a start or a message, and puts references in their place.</summary>
internal static class TokenArguments
{
    private const string Property = "apiToken";
    private const string UrlProperty = "apiUrl";

    /// <summary>
    /// Replaces the member <c>apiToken</c> of each argument that is an object, whether its name is written with a small or a capital letter. Nothing is changed where there is none.
    /// </summary>
    /// <param name="arguments">The arguments; not changed.</param>
    /// <param name="seal">Puts a token away and gives its reference; null to leave the member empty.</param>
    /// <returns>Changed arguments; null where nothing had to be.</returns>
    public static async Task<Payloads?> ReplaceMembersAsync(Payloads? arguments, Func<RawToken, Task<CredentialReference?>> seal)
    {
        Payloads? changed = null;
        for (var i = 0; i < (arguments?.Payloads_.Count ?? 0); i++)
        {
            // Most arguments hold no such member: they are not even parsed.
            var payload = arguments!.Payloads_[i];
            if (payload.Data.Span.IndexOf("piToken"u8) < 0 || RawToken.ParseJson(payload) is not JsonObject value)
                continue;
            var url = Member(value, UrlProperty) is { } urlName && value[urlName] is JsonValue text && text.TryGetValue<string>(out var address) ? address : null;
            if (Member(value, Property) is not { } name || RawToken.Read(value[name], url) is not { } token)
                continue;
            value[name] = await seal(token).ConfigureAwait(false) is { } reference ? ToJson(reference) : null;
            changed ??= arguments.Clone();
            changed.Payloads_[i] = ToPayload(value, payload);
        }

        return changed;
    }

    /// <summary>Replaces the first argument, when it is a token in clear; in an object it may also be the member <c>apiToken</c>.</summary>
    /// <returns>Changed arguments; null where it is none.</returns>
    public static async Task<Payloads?> ReplaceFirstAsync(Payloads? arguments, Func<RawToken, Task<CredentialReference?>> seal)
    {
        if (arguments?.Payloads_ is not [var payload, ..] || RawToken.ParseJson(payload) is not { } value)
            return null;
        if (RawToken.Read(value, apiUrl: null) is not { } token)
        {
            if (value is not JsonObject o || Member(o, Property) is not { } name || RawToken.Read(o[name], apiUrl: null) is not { } member)
                return null;
            token = member;
        }

        var changed = arguments.Clone();
        changed.Payloads_[0] = ToPayload(await seal(token).ConfigureAwait(false) is { } reference ? ToJson(reference) : null, payload);
        return changed;
    }

    /// <summary>Whether a token in clear is among the arguments.</summary>
    public static bool HasMember(Payloads? arguments) => arguments?.Payloads_.Any(p =>
        p.Data.Span.IndexOf("piToken"u8) >= 0 && RawToken.ParseJson(p) is JsonObject value && Member(value, Property) is { } name && RawToken.Read(value[name], apiUrl: null) is not null) == true;

    /// <summary>Whether the first argument is a token in clear.</summary>
    public static bool HasFirst(Payloads? arguments) => arguments?.Payloads_ is [var payload, ..] && RawToken.ParseJson(payload) is { } value && RawToken.Read(value, apiUrl: null) is not null;

    private static string? Member(JsonObject value, string name) => value.Select(m => m.Key).FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static JsonObject ToJson(CredentialReference reference) =>
        new() { ["name"] = reference.Name, ["epoch"] = reference.Epoch, ["fingerprint"] = reference.Fingerprint };

    private static Payload ToPayload(JsonNode? value, Payload before)
    {
        var payload = before.Clone();
        payload.Data = ByteString.CopyFromUtf8(value?.ToJsonString() ?? "null");
        return payload;
    }
}
