namespace Mandate.Credentials;

/// <summary>One place in which an application's client id and secret may be kept.</summary>
public interface IClientCredentialPlace
{
    /// <summary>What it is, for logs and errors: <c>environment</c>.</summary>
    string Name { get; }

    /// <summary>Looks for them.</summary>
    /// <param name="application">Whose they are.</param>
    /// <param name="needsSecret">False where an id is enough, because the client proves itself by its certificate.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null when they are not there.</returns>
    /// <exception cref="SecretStoreException">The place cannot be read, or holds half of them.</exception>
    ValueTask<ClientCredential?> FindAsync(ApplicationName application, bool needsSecret, CancellationToken cancellation = default);
}
