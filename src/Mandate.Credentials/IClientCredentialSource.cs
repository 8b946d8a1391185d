namespace Mandate.Credentials;

/// <summary>Gives a client's id and secret, wherever they are kept. Implementations cache.</summary>
public interface IClientCredentialSource
{
    /// <summary>The credentials as they are known now.</summary>
    /// <exception cref="TokenException">There are none, or their store cannot be reached.</exception>
    ValueTask<ClientCredential> GetAsync(CancellationToken cancellation = default);

    /// <summary>Forgets what is cached: the provider has refused it, so the next call reads anew.</summary>
    void Invalidate();
}
