namespace Mandate.Credentials;

/// <summary>The kinds of places where client id and secret may be kept.</summary>
public enum CredentialPlaceKind
{
    /// <summary>Environment variables.</summary>
    Environment,

    /// <summary>A secret store of a Dapr sidecar.</summary>
    Dapr,

    /// <summary>A JSON file.</summary>
    File,

    /// <summary>A HashiCorp Vault, key/value engine version 2.</summary>
    Vault,

    /// <summary>An Azure Key Vault.</summary>
    AzureKeyVault,

    /// <summary>AWS Secrets Manager.</summary>
    AwsSecretsManager,
}
