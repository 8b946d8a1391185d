namespace Mandate.Credentials.WorkerTokens;

/// <summary>
/// What to do when the endpoint rejects a token that looks valid: 1. a newer one is there already: use it; 2. somebody is getting one in its place: wait for that; 3. otherwise get one at
/// once, but 4. not before a pause that doubles as long as the new ones are rejected as well.
/// </summary>
internal sealed class RejectedTokens(ClientCredentialsTokenSource source, RetryBackoff backoff, TimeProvider time)
{
    private readonly Lock _gate = new();
    private AccessToken? _replaced;
    private Task<AccessToken>? _replacement;
    private AccessToken? _rejected;
    private int _refusals;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    /// <summary>Whether the endpoint has rejected the present token.</summary>
    public bool IsCurrentRejected
    {
        get
        {
            lock (_gate)
                return _rejected is not null && _rejected == source.Current;
        }
    }

    /// <summary>A token to try instead; null when it is not time for one yet.</summary>
    /// <exception cref="TokenException">None could be had.</exception>
    public async Task<AccessToken?> ReplaceAsync(AccessToken token, CancellationToken cancellation)
    {
        Task<AccessToken> replacement;
        lock (_gate)
        {
            var current = source.Current;
            if (_replaced == token && _replacement is { IsFaulted: false, IsCanceled: false })
            {
                // 2.
                replacement = _replacement;
            }
            else if (current is not null && current != token && current != _rejected)
            {
                // 1.
                return current;
            }
            else
            {
                _rejected = token;
                if (time.GetUtcNow() < _notBefore)
                    return null;

                // 3. and 4.
                _notBefore = time.GetUtcNow() + backoff.Wait(++_refusals);
                _replaced = token;
                replacement = _replacement = source.ReplaceAsync(current, CancellationToken.None).AsTask();
            }
        }

        var replaced = await replacement.WaitAsync(cancellation).ConfigureAwait(false);
        return replaced == token ? null : replaced;
    }

    /// <summary>The endpoint has accepted a token. The pause that runs is kept: endpoints that disagree among each other must not lead to a refresh with every call.</summary>
    public void Accepted(AccessToken token)
    {
        if (Volatile.Read(ref _refusals) == 0)
            return;
        lock (_gate)
        {
            if (token == _rejected)
                return;
            _rejected = null;
            _refusals = 0;
        }
    }

    /// <summary>The endpoint has rejected a replacement too.</summary>
    public void Rejected(AccessToken token)
    {
        lock (_gate)
            _rejected = token;
    }
}
