using Mandate.Credentials;
using Mandate.Credentials.Vault;

namespace Mandate.Stateful.Tests.Harness;

/// <summary>A secret store that a token source reads, and that is away, refuses or lets wait when the test says so. It gives a new token each time it is read.</summary>
internal sealed class ScriptedStore : ISecretStore
{
    private volatile Func<CancellationToken, Task>? _before;
    private int _reads;

    public string Name => "scripted store";

    /// <summary>How often it gave a token.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>A source that reads it, and is asked again soon.</summary>
    public CredentialSource Source(Uri host) => new(new SecretStoreTokenSource(this, "crm", key: null, TimeSpan.FromSeconds(1)), AllowedHosts.Parse([host.ToString()]), []);

    public void Answer() => _before = null;

    public void BeAway() => _before = _ => throw new SecretStoreException("away", isTransient: true);

    public void Refuse() => _before = _ => throw new SecretStoreException("refused", isTransient: false);

    /// <summary>Lets the next reads wait.</summary>
    /// <returns>The first has begun; and what lets them go on.</returns>
    public (Task Waiting, TaskCompletionSource Release) Hold()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _before = async cancellation =>
        {
            waiting.TrySetResult();
            await release.Task.WaitAsync(cancellation);
        };
        return (waiting.Task, release);
    }

    public async ValueTask<SecretBundle?> ReadAsync(string name, CancellationToken cancellation = default)
    {
        if (_before is { } before)
            await before(cancellation);
        return new([new("token", new Secret($"secret-of-the-store-{Interlocked.Increment(ref _reads)}"))]);
    }
}
