using Mandate.Identity.Envelopes;
using Mandate.Identity.Keys;

namespace Mandate.Identity;

/// <summary>
/// Verifies envelopes. (1) Form, without any key: one spelling, one algorithm, one type. (2) Signature, by the key the envelope names among the issuer's keys. (3) Issuer and namespace.
/// (4) What the envelope is fixed to: the run, or the message. Steps 1 and 2 are remembered by the envelope's hash, 3 and 4 done each time.
/// </summary>
public sealed class PrincipalVerifier
{
    private readonly VerificationKeys _keys;
    private readonly PrincipalVerifierOptions _options;
    private readonly VerdictCache<Statement> _cache;

    /// <summary>Creates a verifier.</summary>
    /// <param name="keys">The issuer's keys: a <see cref="SigningKeyRing"/> in the same process, else a <see cref="RemoteKeySet"/>.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    public PrincipalVerifier(VerificationKeys keys, PrincipalVerifierOptions? options = null)
    {
        _keys = keys;
        _options = options ?? new();
        if (_options.CacheSize < 2 || string.IsNullOrEmpty(_options.Issuer))
            throw new ArgumentException($"A principal verifier needs an {nameof(PrincipalVerifierOptions.Issuer)}, and a {nameof(PrincipalVerifierOptions.CacheSize)} of at least 2.", nameof(options));
        _cache = new(_options.CacheSize);
    }

    /// <summary>Verifies a run's principal without waiting: keys that are not at hand give <see cref="PrincipalRefusal.KeysUnavailable"/> and are fetched meanwhile.</summary>
    /// <param name="envelope">The envelope; null or empty when there is none.</param>
    /// <param name="namespace">The namespace it must be for.</param>
    /// <param name="rootWorkflowId">The run it must be fixed to: workflow id at the top of the tree. Null where that is not known, as in an activity.</param>
    public PrincipalVerdict Verify(string? envelope, string @namespace, string? rootWorkflowId) =>
        Open(envelope, Statement.PrincipalType) is var opened && opened.Statement is { } statement
            ? Judge(statement, @namespace, rootWorkflowId is null || statement.WorkflowId == rootWorkflowId, PrincipalRefusal.WrongRun)
            : PrincipalVerdict.Refuse(opened.Refusal);

    /// <summary>Verifies the sender of a message without waiting, as <see cref="Verify"/> does.</summary>
    /// <param name="statement">The signed statement; null or empty when there is none.</param>
    /// <param name="namespace">The receiver's namespace.</param>
    /// <param name="workflowId">The receiver's workflow id.</param>
    /// <param name="kind">Kind of message.</param>
    /// <param name="name">Name of the signal, update or query; empty for a cancel or a terminate.</param>
    public PrincipalVerdict VerifyActor(string? statement, string @namespace, string workflowId, WorkflowMessageKind kind, string name) =>
        Open(statement, Statement.ActorType) is var opened && opened.Statement is { } read
            ? Judge(read, @namespace, read.WorkflowId == workflowId && read.Message == kind.Named(name), PrincipalRefusal.WrongMessage)
            : PrincipalVerdict.Refuse(opened.Refusal);

    /// <summary>Verifies a run's principal, waiting for keys to be fetched where that may decide it.</summary>
    /// <inheritdoc cref="Verify" path="/param"/>
    /// <param name="envelope">The envelope; null or empty when there is none.</param>
    /// <param name="namespace">The namespace it must be for.</param>
    /// <param name="rootWorkflowId">The run it must be fixed to; null where that is not known.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async ValueTask<PrincipalVerdict> VerifyAsync(string? envelope, string @namespace, string? rootWorkflowId, CancellationToken cancellation = default)
    {
        var verdict = Verify(envelope, @namespace, rootWorkflowId);
        if (verdict.Refusal is not PrincipalRefusal.KeysUnavailable)
            return verdict;
        await _keys.WhenFetchedAsync(cancellation).ConfigureAwait(false);
        return Verify(envelope, @namespace, rootWorkflowId);
    }

    /// <summary>Whether these are the keys it verifies with.</summary>
    internal bool Has(VerificationKeys keys) => ReferenceEquals(_keys, keys);

    /// <summary>Takes over from the signer of the same process what it has signed with these keys.</summary>
    internal void Remember(string envelope, Statement statement) => _cache.Add(envelope, statement, _keys.Version);

    private PrincipalVerdict Judge(Statement statement, string @namespace, bool bound, PrincipalRefusal notBound)
    {
        if (statement.Principal.Issuer != _options.Issuer)
            return PrincipalVerdict.Refuse(PrincipalRefusal.WrongIssuer);
        if (statement.Namespace != @namespace)
            return PrincipalVerdict.Refuse(PrincipalRefusal.WrongNamespace);
        return bound ? PrincipalVerdict.Accept(statement.Principal, statement.Sender) : PrincipalVerdict.Refuse(notBound);
    }

    private (Statement? Statement, PrincipalRefusal Refusal) Open(string? envelope, string type)
    {
        if (string.IsNullOrEmpty(envelope))
            return (null, PrincipalRefusal.Missing);
        var version = _keys.Version;
        var withMessage = type == Statement.ActorType;
        // The two kinds share the cache: a statement of the other kind has, or lacks, the message.
        if (_cache.Find(envelope, version) is { } known)
            return (known.Message is not null) == withMessage ? (known, default) : (null, PrincipalRefusal.Malformed);
        if (CompactJws.Parse(envelope, type) is not { } parts)
            return (null, PrincipalRefusal.Malformed);

        var lookup = _keys.Find(parts.KeyId);
        if (lookup.Key is not { } key)
            return (null, lookup.IsPending ? PrincipalRefusal.KeysUnavailable : PrincipalRefusal.UnknownKey);
        if (!key.Verify(parts.Signed, parts.Signature))
            return (null, PrincipalRefusal.BadSignature);
        if (Statement.Read(parts.Payload, withMessage) is not { } statement)
            return (null, PrincipalRefusal.Malformed);
        _cache.Add(envelope, statement, version);
        return (statement, default);
    }
}
