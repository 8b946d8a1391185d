namespace Mandate.Credentials;

/// <summary>A place outside this process that keeps secrets by name.</summary>
public interface ISecretStore
{
    /// <summary>What it is and where, for logs and errors: <c>Dapr secret store</c>.</summary>
    string Name { get; }

    /// <summary>Reads a secret. Nothing is cached here.</summary>
    /// <param name="name">Its name, as the store knows it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What it holds; null when there is no such secret.</returns>
    /// <exception cref="SecretStoreException">The store cannot be reached, refuses, or is not set up.</exception>
    ValueTask<SecretBundle?> ReadAsync(string name, CancellationToken cancellation = default);
}
