using System.Text.Json;
using Mandate.Credentials.Vault;
using Mandate.Identity;
using Mandate.Stateful.Remote;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mandate.Stateful;

/// <summary>Where workers that run apart from the service redeem API tokens.</summary>
public static class ApiTokenEndpoints
{
    /// <summary>Path below the REST API's address.</summary>
    public const string Path = "/v1/worker/api-tokens";

    /// <summary>Scope that lets a service redeem as a worker does.</summary>
    public const string RedeemScope = "token:redeem";

    private const int LargestCall = 64 * 1024;

    /// <summary>
    /// Maps the endpoints. Who asks must be a worker, or have the scope <see cref="RedeemScope"/>; whose token it may have, the signed principal says that the worker got with its task.
    /// </summary>
    /// <param name="routes">Where to map them; authentication has set the <see cref="Caller"/> feature.</param>
    /// <param name="authority">Answers.</param>
    /// <param name="verifier">Verifies the signed principals.</param>
    /// <param name="namespace">Namespace of the runs.</param>
    /// <param name="activities">Which activity of that namespace a task token proves; it gives null for one that proves none. Null where no token does.</param>
    public static RouteHandlerBuilder MapApiTokenAuthority(
        this IEndpointRouteBuilder routes, IApiTokenAuthority authority, PrincipalVerifier verifier, string @namespace, Func<ReadOnlyMemory<byte>, ProvenActivity?>? activities = null) =>
        routes.MapPost(Path + "/{action}", (Delegate)((HttpContext context, string action) => AnswerAsync(context, action, authority, verifier, @namespace, activities)));

    private static async Task<IResult> AnswerAsync(
        HttpContext context, string action, IApiTokenAuthority authority, PrincipalVerifier verifier, string @namespace, Func<ReadOnlyMemory<byte>, ProvenActivity?>? activities)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (context.Features.Get<Caller>() is not { } caller || (caller.Kind is not CallerKind.Worker && !caller.Scopes.Contains(RedeemScope, StringComparer.Ordinal)))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (await ReadAsync(context).ConfigureAwait(false) is not { } call)
            return Results.StatusCode(StatusCodes.Status400BadRequest);
        try
        {
            var verdict = await verifier.VerifyAsync(call.Principal, @namespace, rootWorkflowId: null, context.RequestAborted).ConfigureAwait(false);
            if (!verdict.IsAccepted || (caller.TenantId is { } tenant && tenant != verdict.Principal.TenantId))
                throw new CredentialException(CredentialErrorKind.Unknown, verdict.IsAccepted ? "The worker serves another tenant than the run's." : verdict.Message);
            // What a worker says of where it is counts for nothing by itself: the task it was handed says it, in the tree that the principal is bound to.
            var proven = call.Task is { } task && activities?.Invoke(task) is { } at && at.RootWorkflowId == verdict.Principal.RootWorkflowId ? at : null;
            var request = new ApiTokenRequest(verdict.Principal, call.Principal, proven?.WorkflowId ?? call.WorkflowId, proven?.RunId ?? call.RunId, proven?.Activity ?? call.Activity)
            {
                Worker = caller,
                IsProven = proven is not null,
            };
            return await ActAsync(authority, action, request, call, context.RequestAborted).ConfigureAwait(false) is { } answer
                ? Results.Json(answer, AuthorityJson.Options)
                : Results.StatusCode(StatusCodes.Status404NotFound);
        }
        catch (CredentialException e)
        {
            return Results.Json(new AuthorityAnswer { Error = e.Kind, Message = e.Message }, AuthorityJson.Options, statusCode: StatusCodes.Status200OK);
        }
    }

    private static async Task<AuthorityAnswer?> ActAsync(IApiTokenAuthority authority, string action, ApiTokenRequest request, AuthorityCall call, CancellationToken cancellation)
    {
        switch (action)
        {
            case "redeem" when call is { Reference: { } reference, Target: { } target } && Uri.TryCreate(target, UriKind.Absolute, out var uri):
                var redeemed = await authority.RedeemAsync(request, reference, uri, cancellation).ConfigureAwait(false);
                return new() { Reference = redeemed.Reference, Token = redeemed.Value.Reveal(), SetAt = redeemed.SetAt, ExpiresAt = redeemed.ExpiresAt };
            case "newest" when call.Reference is { } reference:
                return AuthorityAnswer.Of(await authority.NewestAsync(request, reference, cancellation).ConfigureAwait(false));
            case "own":
                return await authority.OwnAsync(request, cancellation).ConfigureAwait(false) is { } own ? AuthorityAnswer.Of(own) : new();
            case "renew" when call is { Name: { Length: > 0 } name, Source: { } source }:
                return AuthorityAnswer.Of(await authority.RenewAsync(request, name, source, call.Reference, call.IsAsked, cancellation).ConfigureAwait(false));
            case "narrow" when call is { Reference: { } wider, Name: { Length: > 0 } name }:
                return AuthorityAnswer.Of(await authority.NarrowAsync(request, wider, name, call.Hosts, call.Scopes, call.IsStart, cancellation).ConfigureAwait(false));
            case "revoke" when call.Reference is { } reference:
                return AuthorityAnswer.Of(await authority.RevokeAsync(request, reference, cancellation).ConfigureAwait(false));
            case "denials" when call.Denial is { } denial:
                await authority.RecordDenialAsync(request, denial, cancellation).ConfigureAwait(false);
                return new();
            default:
                return null;
        }
    }

    private static async Task<AuthorityCall?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength is not (> 0 and <= LargestCall))
            return null;
        try
        {
            return await JsonSerializer.DeserializeAsync<AuthorityCall>(context.Request.Body, AuthorityJson.Options, context.RequestAborted).ConfigureAwait(false) is { IsWellFormed: true } call ? call : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
