using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace Mandate.Credentials;

/// <summary>An Azure Key Vault. Its secrets have one value each, and their names no <c>_</c> or <c>.</c>: <c>-</c> stands for both.</summary>
/// <param name="client">Asks the vault.</param>
public sealed class AzureKeyVaultSecretStore(SecretClient client) : ISecretStore
{
    /// <summary>Reads a vault as whoever this process is in Azure: workload identity, managed identity, environment, or a developer's sign-in.</summary>
    /// <param name="vault">Address of the vault, such as <c>https://orders.vault.azure.net</c>.</param>
    /// <param name="credential">Who asks; null for <see cref="DefaultAzureCredential"/>.</param>
    public AzureKeyVaultSecretStore(Uri vault, TokenCredential? credential = null)
        : this(new SecretClient(vault, credential ?? new DefaultAzureCredential()))
    {
    }

    /// <inheritdoc/>
    public string Name => $"Azure Key Vault {client.VaultUri.Host}";

    /// <inheritdoc/>
    public async ValueTask<SecretBundle?> ReadAsync(string name, CancellationToken cancellation = default)
    {
        try
        {
            var secret = await client.GetSecretAsync(name.Replace('_', '-').Replace('.', '-'), cancellationToken: cancellation).ConfigureAwait(false);
            return secret.Value.Value is { Length: > 0 } value ? new([new(name, new Secret(value))]) : null;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
        catch (RequestFailedException e)
        {
            // Its message can quote the answer.
            throw new SecretStoreException(
                e.Status is 401 or 403 ? "Azure Key Vault refuses: give this identity the role 'Key Vault Secrets User'" : e.Status > 0 ? $"Azure Key Vault answered {e.Status}" : "Azure Key Vault cannot be reached",
                isTransient: e.Status is 0 or 408 or 429 or >= 500);
        }
        catch (AuthenticationFailedException e)
        {
            throw new SecretStoreException("this process cannot prove to Azure who it is; set up a workload or managed identity, or AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret or certificate", isTransient: true, e);
        }
    }
}
