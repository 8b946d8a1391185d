using System.Globalization;
using Mandate.Credentials.Vault;
using Mandate.Executions;
using Mandate.Rest.Input;
using Mandate.Rest.Problems;
using Mandate.Stateful;

namespace Mandate.Rest.Endpoints;

/// <summary>Reads the body of <c>POST /v1/executions/{id}/api-token</c>. No error repeats what was sent.</summary>
internal static class ApiTokenRequests
{
    public static ApiTokenCommand Read(RequestObject body)
    {
        body.AllowOnly("token", "source", "revoke", "hosts", "expiresAt");
        var (token, source, revoke) = (body.OptionalText("token", ApiTokenText.MaximumLength), body.OptionalText("source"), body.OptionalFlag("revoke"));
        if ((token is null ? 0 : 1) + (source is null ? 0 : 1) + (revoke ? 1 : 0) != 1)
            throw new ProblemException(ProblemKind.InvalidRequest, "Send exactly one of `token`, `source` and `revoke`: true.", "api-token-operation");
        if (token is null && (body.Has("hosts") || body.Has("expiresAt")))
            throw new ProblemException(ProblemKind.InvalidRequest, "`hosts` and `expiresAt` go with `token` only.", "api-token-operation");
        if (token is not null && !ApiTokenText.IsToken(token))
            throw new ProblemException(ProblemKind.InvalidRequest, ApiTokenText.Rule, "api-token-text");
        return new(token, source, revoke, Hosts(body), Expiry(body));
    }

    private static AllowedHosts? Hosts(RequestObject body)
    {
        try
        {
            return body.OptionalTexts("hosts") is { } hosts ? AllowedHosts.Parse(hosts) : null;
        }
        catch (FormatException e)
        {
            throw new ProblemException(ProblemKind.InvalidRequest, e.Message, "api-token-hosts", e);
        }
    }

    private static DateTimeOffset? Expiry(RequestObject body) => body.OptionalText("expiresAt") switch
    {
        null => null,
        var text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        _ => throw new ProblemException(ProblemKind.InvalidRequest, "The property `expiresAt` is a time such as 2026-12-31T23:59:59Z.", "property-type"),
    };
}
