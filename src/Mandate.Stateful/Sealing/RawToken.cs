using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Stateful.Sealing;

/// <summary>A token in clear, as somebody has sent it: a text, or an object with <c>token</c> and, if wanted, <c>hosts</c> and <c>expiresAt</c>.</summary>
internal sealed record RawToken(Secret Value, AllowedHosts? Hosts, DateTimeOffset? ExpiresAt)
{
    private static readonly ByteString Json = ByteString.CopyFromUtf8("json/plain");

    /// <summary>Reads an argument's JSON; null where it is not JSON in clear.</summary>
    public static JsonNode? ParseJson(Payload payload)
    {
        if (!payload.Metadata.TryGetValue("encoding", out var encoding) || !encoding.Equals(Json))
            return null;
        try
        {
            return JsonNode.Parse(payload.Data.Span, documentOptions: new() { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The token in a value; null where the value is none, such as a reference.</summary>
    /// <param name="value">The value.</param>
    /// <param name="apiUrl">The address that was sent with it: where hosts are not named, that is where the token may go.</param>
    /// <exception cref="RpcException">It is one, and wrong.</exception>
    public static RawToken? Read(JsonNode? value, string? apiUrl) => value switch
    {
        JsonValue text when text.TryGetValue<string>(out var token) => new(Checked(token), HostsOf(apiUrl), null),
        JsonObject o when o["token"] is JsonValue inner && inner.TryGetValue<string>(out var token) => new(Checked(token), HostsOf(o["hosts"]) ?? HostsOf(apiUrl), ExpiryOf(o["expiresAt"])),
        _ => null,
    };

    private static Secret Checked(string token) => token.Length is > 0 and <= 16_384 && !token.Any(c => c is < ' ' or (char)127)
        ? new Secret(token)
        : throw Invalid("The API token is empty, longer than 16,384 characters, or holds control characters.");

    private static AllowedHosts? HostsOf(JsonNode? hosts)
    {
        if (hosts is null)
            return null;
        if (hosts is not JsonArray list || list.Any(h => h is not JsonValue v || !v.TryGetValue<string>(out _)))
            throw Invalid("The hosts of an API token are an array of texts, such as [\"api.example.com\"].");
        try
        {
            return AllowedHosts.Parse(list.Select(h => h!.GetValue<string>()));
        }
        catch (FormatException e)
        {
            throw Invalid(e.Message);
        }
    }

    private static AllowedHosts? HostsOf(string? apiUrl) => Uri.TryCreate(apiUrl, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri!.UserInfo.Length == 0
        ? AllowedHosts.Parse([uri.GetLeftPart(UriPartial.Authority)])
        : null;

    private static DateTimeOffset? ExpiryOf(JsonNode? value) => value switch
    {
        null => null,
        JsonValue text when text.TryGetValue<string>(out var date) && DateTimeOffset.TryParse(date, out var expires) => expires,
        _ => throw Invalid("The expiry of an API token is a time such as 2026-12-31T23:59:59Z."),
    };

    private static RpcException Invalid(string message) => new(RpcStatusCode.InvalidArgument, message);
}
