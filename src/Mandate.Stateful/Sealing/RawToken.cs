using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mandate.Credentials;
using Mandate.Credentials.Vault;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Stateful.Telemetry;

namespace Mandate.Stateful.Sealing;

/// <summary>A token in clear, as somebody has sent it: a text, or an object with <c>token</c> and, if wanted, <c>hosts</c> and <c>expiresAt</c>.</summary>
internal sealed record RawToken(Secret Value, AllowedHosts? Hosts, DateTimeOffset? ExpiresAt)
{
    /// <summary>What to send, for whoever sent something else.</summary>
    public const string Rule =
        "Send the API token as JSON (encoding json/plain), once: a text, an object with token and, if wanted, hosts and expiresAt, or the reference that the vault gave out (name, epoch, fingerprint).";

    private const int LongestFingerprint = 64;

    private static readonly string[] MembersOfAToken = ["token", "hosts", "expiresAt"];
    private static readonly string[] MembersOfAReference = ["name", "epoch", "fingerprint", "state", "setAt", "source", "over", "traceparent", "hop"];
    private static readonly string[] States = ["none", "active", "revoked"];
    private static readonly string[] MembersOfAHop = ["revision", "acknowledgeWithinMs", "sentAt"];

    /// <summary>Reads an argument's JSON.</summary>
    /// <exception cref="RpcException">It is none, or names something twice.</exception>
    public static JsonNode? Parse(Payload payload)
    {
        try
        {
            return ArgumentText.IsJson(payload) ? JsonNode.Parse(payload.Data.Span, documentOptions: new() { AllowDuplicateProperties = false }) : throw Unclear();
        }
        catch (JsonException)
        {
            // Neither the exception nor its message goes on: it may quote what was sent.
            throw Unclear();
        }
    }

    /// <summary>The token in a value; null where the value is a reference, or null.</summary>
    /// <param name="value">The value.</param>
    /// <param name="apiUrl">The address that was sent with it: where hosts are not named, that is where the token may go.</param>
    /// <exception cref="RpcException">It is a token, and wrong, or none of them.</exception>
    public static RawToken? Read(JsonNode? value, string? apiUrl) => value switch
    {
        null => null,
        JsonValue text when text.TryGetValue<string>(out var token) => new(Checked(token), HostsOf(apiUrl), null),
        JsonObject o when o.ContainsKey("token") && o.All(m => MembersOfAToken.Contains(m.Key, StringComparer.Ordinal)) && o["token"] is JsonValue inner && inner.TryGetValue<string>(out var token) =>
            new(Checked(token), HostsOf(o["hosts"]) ?? HostsOf(apiUrl), ExpiryOf(o["expiresAt"])),
        JsonObject o when IsReference(o) => null,
        _ => throw Unclear(),
    };

    /// <summary>The host of an address, where a token that comes with it may be sent; null where it is no address.</summary>
    public static AllowedHosts? HostsOf(string? apiUrl) => Uri.TryCreate(apiUrl, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri!.UserInfo.Length == 0
        ? AllowedHosts.Parse([uri.GetLeftPart(UriPartial.Authority)])
        : null;

    /// <summary>The refusal of what cannot be told to be a token or a reference. It repeats nothing of it.</summary>
    public static RpcException Unclear() => Invalid($"What was sent as an API token cannot be read for certain, so it is not passed on. {Rule}");

    public static RpcException Invalid(string message) => new(RpcStatusCode.InvalidArgument, message);

    /// <summary>Whether it is a reference, or the name of a source, and has no room for anything else: each member is what it must be, and no longer.</summary>
    private static bool IsReference(JsonObject value) => value.All(m => IsOfAReference(m.Key, m.Value))
        && ((value["name"] is not null && value["epoch"] is not null && value["fingerprint"] is not null) || value["source"] is not null);

    private static bool IsOfAReference(string name, JsonNode? value) => name switch
    {
        _ when value is null => MembersOfAReference.Contains(name, StringComparer.Ordinal),
        "name" or "source" => IsText(value, CredentialReference.MaximumNameLength),
        "fingerprint" => IsText(value, LongestFingerprint),
        "epoch" => IsNumber(value),
        "state" => value is JsonValue text && text.TryGetValue<string>(out var state) && States.Contains(state, StringComparer.OrdinalIgnoreCase),
        "setAt" => IsTime(value),
        "traceparent" => value is JsonValue text && text.TryGetValue<string>(out var link) && TraceLink.TryParse(link, out _),
        "over" => value is JsonObject over && over.All(m => m.Key is "name" or "epoch" or "fingerprint" && IsOfAReference(m.Key, m.Value)),
        "hop" => value is JsonObject hop && hop.All(m => MembersOfAHop.Contains(m.Key, StringComparer.Ordinal) && (m.Value is null || (m.Key == "sentAt" ? IsTime(m.Value) : IsNumber(m.Value)))),
        _ => false,
    };

    private static bool IsText(JsonNode value, int maximumLength) => value is JsonValue text && text.TryGetValue<string>(out var read) && read.Length <= maximumLength;

    private static bool IsNumber(JsonNode value) => value is JsonValue number && number.TryGetValue<long>(out _);

    private static bool IsTime(JsonNode value) => value is JsonValue time && time.TryGetValue<DateTimeOffset>(out _);

    private static Secret Checked(string token) => ApiTokenText.IsToken(token) ? new Secret(token) : throw Invalid(ApiTokenText.Rule);

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

    private static DateTimeOffset? ExpiryOf(JsonNode? value) => value switch
    {
        null => null,
        JsonValue text when text.TryGetValue<string>(out var date) && DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires) => expires,
        _ => throw Invalid("The expiry of an API token is a time such as 2026-12-31T23:59:59Z."),
    };
}
