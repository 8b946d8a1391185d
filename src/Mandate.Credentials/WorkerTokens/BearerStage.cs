using Mandate.Protocol;

namespace Mandate.Credentials.WorkerTokens;

/// <summary>
/// Puts the present token into each call. A call is rejected before it does anything, so after a rejection it is sent once more with a new token, if there is one.
/// </summary>
internal sealed class BearerStage(WorkerAuthentication authentication, RejectedTokens rejections)
{
    public RpcHandler Wrap(RpcHandler next) => async call =>
    {
        var token = await TokenAsync(call.Cancellation).ConfigureAwait(false);
        if (token is null)
            return await next(call).ConfigureAwait(false);
        try
        {
            return await SendAsync(next, call, token).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.Unauthenticated)
        {
            authentication.NoteRejected(e);
            if (await ReplacementAsync(token, call.Cancellation).ConfigureAwait(false) is not { } other)
                throw;
            token = other;
        }

        try
        {
            return await SendAsync(next, call, token).ConfigureAwait(false);
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.Unauthenticated)
        {
            rejections.Rejected(token);
            throw;
        }
    };

    private async Task<Google.Protobuf.IMessage> SendAsync(RpcHandler next, RpcCall call, AccessToken token)
    {
        var answer = await next(call with { Metadata = call.Metadata.With(WorkerAuthentication.HeaderName, WorkerAuthentication.HeaderValue(token)) }).ConfigureAwait(false);
        rejections.Accepted(token);
        authentication.NoteAccepted();
        return answer;
    }

    private async ValueTask<AccessToken?> TokenAsync(CancellationToken cancellation)
    {
        try
        {
            return await authentication.TokenForCallAsync(cancellation).ConfigureAwait(false);
        }
        catch (TokenException e)
        {
            throw new RpcException(e.IsTransient ? RpcStatusCode.Unavailable : RpcStatusCode.Unauthenticated, $"no token for the call: {e.Message}", e);
        }
    }

    private async Task<AccessToken?> ReplacementAsync(AccessToken token, CancellationToken cancellation)
    {
        try
        {
            return await rejections.ReplaceAsync(token, cancellation).ConfigureAwait(false);
        }
        catch (TokenException)
        {
            // The supervisor reports and goes on trying; the call fails as the endpoint said.
            return null;
        }
    }
}
