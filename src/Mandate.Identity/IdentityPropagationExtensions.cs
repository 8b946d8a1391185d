using Mandate.Identity.Propagation;
using Mandate.Temporal.Client;
using Mandate.Temporal.Worker;

namespace Mandate.Identity;

/// <summary>Turns identity propagation on.</summary>
public static class IdentityPropagationExtensions
{
    /// <summary>
    /// Makes a client stamp what it starts and sends with the current principal. Set the namespace first: envelopes are good for it alone.
    /// </summary>
    /// <typeparam name="TOptions">Kind of options.</typeparam>
    /// <param name="options">Options of the client; they are not changed.</param>
    /// <param name="signer">Signs; only the service that verifies its callers has one.</param>
    public static TOptions AddIdentityPropagation<TOptions>(this TOptions options, PrincipalSigner signer)
        where TOptions : TemporalClientOptions =>
        (TOptions)((TemporalClientOptions)options with { Interceptors = [.. options.Interceptors, new IdentityClientInterceptor(signer, options.Namespace)] });

    /// <summary>
    /// Makes a worker enforce identity: a run, activity or message without a good signed principal is refused, and everything a workflow starts carries its own. The interceptor goes
    /// in front of those already there, so that none of them can change what leaves.
    /// </summary>
    /// <param name="options">Options of the worker, which are changed.</param>
    /// <param name="propagation">How identity is enforced.</param>
    public static TemporalWorkerOptions AddIdentityPropagation(this TemporalWorkerOptions options, IdentityPropagationOptions propagation)
    {
        options.Interceptors = [new IdentityWorkerInterceptor(propagation), .. options.Interceptors];
        return options;
    }

    /// <inheritdoc cref="AddIdentityPropagation(TemporalWorkerOptions, IdentityPropagationOptions)"/>
    /// <param name="options">Options of the worker, which are changed.</param>
    /// <param name="verifier">Verifies the envelopes.</param>
    public static TemporalWorkerOptions AddIdentityPropagation(this TemporalWorkerOptions options, PrincipalVerifier verifier) =>
        options.AddIdentityPropagation(new IdentityPropagationOptions { Verifier = verifier });
}
