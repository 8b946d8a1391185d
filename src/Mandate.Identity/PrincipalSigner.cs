using Mandate.Identity.Envelopes;
using Mandate.Identity.Keys;

namespace Mandate.Identity;

/// <summary>
/// Signs principals into envelopes. Whoever has one decides for whom runs work: it belongs to the service at the edge, which has verified the caller, and not into workers.
/// </summary>
/// <param name="keys">The keys; the newest signs.</param>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class PrincipalSigner(SigningKeyRing keys, PrincipalSignerOptions? options = null)
{
    private readonly PrincipalSignerOptions _options = options ?? new();

    /// <summary>
    /// Fixes a principal to a run: the envelope that goes into the header <see cref="IdentityHeaders.Principal"/> of its start. It is a statement about that run and what it starts, good for nothing
    /// else, and does not expire with the user's token.
    /// </summary>
    /// <param name="principal">For whom the run works.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="rootWorkflowId">Its workflow id.</param>
    public string SignPrincipal(Principal principal, string @namespace, string rootWorkflowId) =>
        Sign(Statement.PrincipalType, new(principal, @namespace, rootWorkflowId, Message: null));

    /// <summary>States who sends a message: the text that goes into the header <see cref="IdentityHeaders.Actor"/> of a signal, update or query.</summary>
    /// <param name="sender">Who sends it.</param>
    /// <param name="namespace">The receiver's namespace.</param>
    /// <param name="workflowId">The receiver's workflow id.</param>
    /// <param name="kind">Kind of message.</param>
    /// <param name="name">Name of the signal, update or query.</param>
    public string SignActor(Principal sender, string @namespace, string workflowId, WorkflowMessageKind kind, string name) =>
        Sign(Statement.ActorType, new(sender, @namespace, workflowId, kind.Named(name)));

    private string Sign(string type, Statement statement) =>
        CompactJws.Sign(keys.Current, type, statement.Write(_options.Issuer, _options.TimeProvider.GetUtcNow()));
}
