namespace Mandate.Credentials.OAuth2;

/// <summary>The client id and secret that the options themselves hold.</summary>
internal sealed class FixedCredential(ClientCredential credential) : IClientCredentialSource
{
    public ValueTask<ClientCredential> GetAsync(CancellationToken cancellation = default) => new(credential);

    public void Invalidate()
    {
        // There is no other place to read from.
    }
}
