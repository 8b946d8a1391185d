using Mandate.Identity.Envelopes;
using Mandate.Identity.Keys;

namespace Mandate.Identity;

/// <summary>
/// Signs principals into envelopes. Whoever has one decides for whom runs work: it belongs to the service at the edge, which has verified the caller, and not into workers.
/// </summary>
/// <param name="keys">The keys; the newest signs.</param>
/// <param name="options">Settings; null for the defaults.</param>
/// <param name="verifier">
/// A verifier with the same keys in the same process, which need not verify what was signed here: a run's first task then costs no verification. Null for none.
/// </param>
/// <exception cref="ArgumentException">The verifier has other keys.</exception>
public sealed class PrincipalSigner(SigningKeyRing keys, PrincipalSignerOptions? options = null, PrincipalVerifier? verifier = null)
{
    private readonly PrincipalSignerOptions _options = options ?? new();
    private readonly PrincipalVerifier? _verifier = verifier is null || verifier.Has(keys) ? verifier : throw new ArgumentException("A signer tells only a verifier with its own keys what it has signed.", nameof(verifier));

    /// <summary>
    /// Fixes a principal to a run: the envelope that goes into the header <see cref="IdentityHeaders.Principal"/> of its start. It is a statement about that run and what it starts, good for nothing
    /// else, and does not expire with the user's token.
    /// </summary>
    /// <param name="principal">For whom the run works.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="rootWorkflowId">Its workflow id.</param>
    public string SignPrincipal(Principal principal, string @namespace, string rootWorkflowId) =>
        Sign(Statement.PrincipalType, new(principal, @namespace, rootWorkflowId, Message: null));

    /// <summary>States who sends a message: the text that goes into the header <see cref="IdentityHeaders.Actor"/> of a message.</summary>
    /// <param name="sender">Who sends it.</param>
    /// <param name="namespace">The receiver's namespace.</param>
    /// <param name="workflowId">The receiver's workflow id.</param>
    /// <param name="kind">Kind of message.</param>
    /// <param name="name">Name of the signal, update or query; empty for a cancel or a terminate.</param>
    public string SignActor(Principal sender, string @namespace, string workflowId, WorkflowMessageKind kind, string name) =>
        Sign(Statement.ActorType, new(sender, @namespace, workflowId, kind.Named(name)));

    /// <summary>
    /// States that a workflow sends a message: claim <c>act</c> is <c>workflow:&lt;id&gt;</c>, and the claims <c>swid</c>, <c>srid</c> and <c>sroot</c> name the workflow, its run and the top of
    /// its tree. Only who knows the sender for certain may sign it: the pipeline in front of the engine, which sees the command in the sender's own task.
    /// </summary>
    /// <param name="sender">For whom the sending workflow works.</param>
    /// <param name="workflow">The sending workflow.</param>
    /// <param name="namespace">The receiver's namespace.</param>
    /// <param name="workflowId">The receiver's workflow id.</param>
    /// <param name="kind">Kind of message.</param>
    /// <param name="name">Name of the signal; empty for a cancel.</param>
    public string SignActor(Principal sender, WorkflowSender workflow, string @namespace, string workflowId, WorkflowMessageKind kind, string name) =>
        Sign(Statement.ActorType, new(sender with { Actor = null }, @namespace, workflowId, kind.Named(name)) { Sender = workflow });

    /// <summary>
    /// States to an identity provider who the user is, so that it gives a token in the user's name: the subject token of a token exchange (RFC 8693), a JWT with the claims <c>iss</c>, <c>sub</c>,
    /// <c>tenant_id</c>, <c>aud</c>, <c>iat</c>, <c>exp</c> and <c>jti</c>. The provider must trust this issuer and its published keys.
    /// </summary>
    /// <param name="principal">The user.</param>
    /// <param name="audience">The provider's issuer identifier, or what else it expects in <c>aud</c>.</param>
    /// <param name="lifetime">How long it is good: a minute is enough.</param>
    public string SignAssertion(Principal principal, string audience, TimeSpan lifetime) =>
        CompactJws.Sign(keys.Current, "JWT", Assertion.Write(principal, _options.Issuer, audience, _options.TimeProvider.GetUtcNow(), lifetime));

    private string Sign(string type, Statement statement)
    {
        var payload = statement.Write(_options.Issuer, _options.TimeProvider.GetUtcNow());
        var signed = CompactJws.Sign(keys.Current, type, payload);
        // Read back, so that it is what verifying would come to.
        if (_verifier is not null && Statement.Read(payload, statement.Message is not null) is { } read)
            _verifier.Remember(signed, read);
        return signed;
    }
}
