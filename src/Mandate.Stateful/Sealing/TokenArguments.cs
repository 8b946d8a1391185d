using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Mandate.Credentials.Vault;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Stateful.Sealing;

/// <summary>
/// Finds tokens in clear among the arguments of a start or a message, and puts references in their place. What stands under the well-known names and cannot be read for certain is refused.
/// </summary>
internal static class TokenArguments
{
    private const string Property = "apiToken";
    private const string UrlProperty = "apiUrl";

    /// <summary>Replaces the member <c>apiToken</c> of each argument that is an object, in whatever spelling of case. Nothing is changed where there is none.</summary>
    /// <param name="arguments">The arguments; not changed.</param>
    /// <param name="seal">Puts a token away and gives its reference; null to leave the member empty.</param>
    /// <returns>Changed arguments; null where nothing had to be.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT: there may be a token that cannot be read.</exception>
    public static async Task<Payloads?> ReplaceMembersAsync(Payloads? arguments, Func<RawToken, Task<CredentialReference?>> seal)
    {
        Payloads? changed = null;
        for (var i = 0; i < (arguments?.Payloads_.Count ?? 0); i++)
        {
            var payload = arguments!.Payloads_[i];
            if (ReadMember(payload) is not var (value, name, token))
                continue;
            value[name] = await seal(token).ConfigureAwait(false) is { } reference ? ToJson(reference) : null;
            changed ??= arguments.Clone();
            changed.Payloads_[i] = ToPayload(value, payload);
        }

        return changed;
    }

    /// <summary>Replaces the only argument of a message, when it is a token in clear; in an object it may also be the member <c>apiToken</c>.</summary>
    /// <returns>Changed arguments; null where it is a reference, or sealed by the payload codec.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it is neither.</exception>
    public static async Task<Payloads?> ReplaceOnlyAsync(Payloads? arguments, Func<RawToken, Task<CredentialReference?>> seal)
    {
        if (ReadOnly(arguments) is not { } token)
            return null;
        var changed = arguments!.Clone();
        changed.Payloads_[0] = ToPayload(await seal(token).ConfigureAwait(false) is { } reference ? ToJson(reference) : null, changed.Payloads_[0]);
        return changed;
    }

    /// <summary>Refuses arguments of a start that hold a token in clear, where none can be taken.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static void RefuseMembers(Payloads? arguments, string refusal)
    {
        foreach (var payload in arguments?.Payloads_ ?? [])
            Refuse(ReadMember(payload)?.Token, refusal);
    }

    /// <summary>Refuses the argument of a message that is a token in clear, where none can be taken.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public static void RefuseOnly(Payloads? arguments, string refusal) => Refuse(ReadOnly(arguments), refusal);

    /// <summary>The address among a start's arguments; null where it has none, or none that can be read.</summary>
    public static string? ApiUrlOf(Payloads? arguments)
    {
        foreach (var payload in arguments?.Payloads_ ?? [])
        {
            try
            {
                if (ArgumentText.IsJson(payload) && RawToken.Parse(payload) is JsonObject value && UrlOf(value) is { } url)
                    return url;
            }
            catch (RpcException)
            {
                // Somebody else's argument.
            }
        }

        return null;
    }

    /// <summary>The reference that a message brought in place of a token; null where it is anything else.</summary>
    public static CredentialReference? ReferenceIn(Payloads arguments)
    {
        try
        {
            return arguments.Payloads_ is [var payload] && ArgumentText.IsJson(payload) && JsonSerializer.Deserialize<CredentialReference>(payload.Data.Span) is { IsWellFormed: true } reference ? reference : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Refuse(RawToken? token, string refusal)
    {
        if (token is null)
            return;
        token.Value.Dispose();
        throw RawToken.Invalid(refusal);
    }

    private static (JsonObject Value, string Name, RawToken Token)? ReadMember(Payload payload)
    {
        var members = ArgumentText.CountMembers(payload);
        if (members == 0)
            return null;
        // One member, in JSON that others read as it is read here: nothing else can be put right.
        if (members != 1 || RawToken.Parse(payload) is not JsonObject value || Member(value, Property) is not { } name)
            throw RawToken.Unclear();
        return RawToken.Read(value[name], UrlOf(value)) is { } token ? (value, name, token) : null;
    }

    private static RawToken? ReadOnly(Payloads? arguments)
    {
        if (arguments?.Payloads_ is not [var payload])
            throw RawToken.Invalid($"A message with an API token has exactly one argument. {RawToken.Rule}");
        if (ArgumentText.IsSealed(payload))
            return null;
        var value = RawToken.Parse(payload) ?? throw RawToken.Unclear();
        return ArgumentText.CountMembers(payload) switch
        {
            0 => RawToken.Read(value, apiUrl: null),
            1 when value is JsonObject o && Member(o, Property) is { } name && RawToken.Read(o[name], apiUrl: null) is { } token => token,
            _ => throw RawToken.Unclear(),
        };
    }

    private static string? UrlOf(JsonObject value) =>
        Member(value, UrlProperty) is { } name && value[name] is JsonValue text && text.TryGetValue<string>(out var url) ? url : null;

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
