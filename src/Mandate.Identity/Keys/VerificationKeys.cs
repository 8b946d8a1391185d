namespace Mandate.Identity.Keys;

/// <summary>Public keys that envelopes are verified with: this process's own ring, or the published keys of another.</summary>
public abstract class VerificationKeys
{
    private protected VerificationKeys()
    {
    }

    /// <summary>Changes whenever a key is added or removed, so that verdicts made with the old ones are not kept.</summary>
    internal abstract long Version { get; }

    /// <summary>Looks for a key without waiting.</summary>
    internal abstract KeyLookup Find(string keyId);

    /// <summary>After a <see cref="KeyLookup.Pending"/>: completes when it is worth looking again.</summary>
    internal abstract Task WhenFetchedAsync(CancellationToken cancellation);
}
