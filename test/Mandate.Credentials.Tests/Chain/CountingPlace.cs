namespace Mandate.Credentials.Tests.Chain;

/// <summary>A place whose content a test changes.</summary>
internal sealed class CountingPlace(string name) : IClientCredentialPlace
{
    public string Name => name;

    public int Asked { get; private set; }

    public ClientCredential? Holds { get; set; }

    public SecretStoreException? Fails { get; set; }

    public ValueTask<ClientCredential?> FindAsync(ApplicationName application, bool needsSecret, CancellationToken cancellation = default)
    {
        Asked++;
        return Fails is null ? new(Holds) : throw Fails;
    }
}
