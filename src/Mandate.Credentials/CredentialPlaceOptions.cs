using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Mandate.Credentials;

/// <summary>A place where client id and secret may be kept, as settings describe it: what a kind does not need stays unset.</summary>
public sealed class CredentialPlaceOptions
{
    private const string DefaultPrefix = "MANDATE_";

    /// <summary>What kind of place.</summary>
    public CredentialPlaceKind Kind { get; set; }

    /// <summary>
    /// The secret that holds id and secret. Default: the prefix of environment variables in lower case with <c>-</c>, and <c>deployment-secrets</c>, such as <c>mandate-deployment-secrets</c>.
    /// </summary>
    public string? SecretName { get; set; }

    /// <summary>Dapr: name of the secret store component; unset, the first one the sidecar has.</summary>
    public string? Component { get; set; }

    /// <summary>File: its path.</summary>
    public string? Path { get; set; }

    /// <summary>Vault and Azure Key Vault: its address (Vault: else <c>VAULT_ADDR</c>). Dapr: the sidecar's (else <c>DAPR_HTTP_ENDPOINT</c>, or <c>DAPR_HTTP_PORT</c> on this machine). AWS: another endpoint.</summary>
    public string? Address { get; set; }

    /// <summary>Vault: mount of the key/value engine; <c>secret</c> unless set.</summary>
    public string? Mount { get; set; }

    /// <summary>Vault: file with the token (else <c>VAULT_TOKEN</c>).</summary>
    public string? TokenFile { get; set; }

    /// <summary>Vault: namespace (else <c>VAULT_NAMESPACE</c>).</summary>
    public string? Namespace { get; set; }

    /// <summary>AWS: the region (else <c>AWS_REGION</c>, <c>AWS_DEFAULT_REGION</c>).</summary>
    public string? Region { get; set; }

    /// <summary>The place, to be put into a chain.</summary>
    /// <param name="prefix">Prefix of environment variables with id and secret.</param>
    /// <param name="variables">Reads an environment variable; null for this process's.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <exception cref="FormatException">A setting is missing or cannot be understood; the message names it.</exception>
    public IClientCredentialPlace Create(string prefix = DefaultPrefix, Func<string, string?>? variables = null, TimeProvider? time = null, ILoggerFactory? loggers = null) =>
        Kind is CredentialPlaceKind.Environment
            ? new EnvironmentCredentials(prefix, variables)
            : new SecretStoreCredentials(CreateStore(variables, time, loggers), SecretName ?? DefaultSecretName(prefix));

    /// <summary>The secret store alone.</summary>
    /// <param name="variables">Reads an environment variable; null for this process's.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="loggers">Where to log to; null for nowhere.</param>
    /// <exception cref="FormatException">A setting is missing or cannot be understood, or the environment is named, which is no store; the message says which.</exception>
    public ISecretStore CreateStore(Func<string, string?>? variables = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        variables ??= Environment.GetEnvironmentVariable;
        string? Read(string name) => variables(name) is { Length: > 0 } value ? value : null;
        try
        {
            return Kind switch
            {
                CredentialPlaceKind.Dapr => new DaprSecretStore(Dapr(Read), handler: null, time, loggers),
                CredentialPlaceKind.File => new JsonFileSecretStore(Required(Path, nameof(Path))),
                CredentialPlaceKind.Vault => new HashiCorpVaultSecretStore(Vault(Read), handler: null, time),
                CredentialPlaceKind.AzureKeyVault => new AzureKeyVaultSecretStore(AddressOf(Required(Address, nameof(Address)))),
                CredentialPlaceKind.AwsSecretsManager => new AwsSecretsManagerStore(
                    new()
                    {
                        Region = Required(Region ?? Read("AWS_REGION") ?? Read("AWS_DEFAULT_REGION"), nameof(Region)),
                        Endpoint = Address is null ? null : AddressOf(Address),
                        Variables = variables,
                    },
                    handler: null,
                    time),
                _ => throw new FormatException($"{nameof(Kind)} is none of {string.Join(", ", Enum.GetNames<CredentialPlaceKind>().Where(n => n != nameof(CredentialPlaceKind.Environment)))}."),
            };
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static string DefaultSecretName(string prefix) => $"{prefix.Trim('_').Replace('_', '-').ToLowerInvariant()}-deployment-secrets";

    /// <summary>Only where something says that there is a sidecar it is waited for while it starts.</summary>
    private DaprSecretStoreOptions Dapr(Func<string, string?> read)
    {
        var port = read("DAPR_HTTP_PORT");
        var address = Address ?? read("DAPR_HTTP_ENDPOINT");
        if (port is not null && !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new FormatException($"DAPR_HTTP_PORT is '{port}', which is no port.");
        var defaults = new DaprSecretStoreOptions();
        return defaults with
        {
            Endpoint = address is not null ? AddressOf(address) : port is not null ? new Uri($"http://127.0.0.1:{port}") : defaults.Endpoint,
            Component = Component,
            ApiToken = read("DAPR_API_TOKEN") is { } token ? new Secret(token) : null,
            StartupBudget = (address ?? port ?? Component) is null ? TimeSpan.Zero : defaults.StartupBudget,
        };
    }

    private HashiCorpVaultOptions Vault(Func<string, string?> read)
    {
        var defaults = new HashiCorpVaultOptions { Address = AddressOf(Required(Address ?? read("VAULT_ADDR"), nameof(Address))) };
        return defaults with
        {
            Mount = Mount ?? defaults.Mount,
            Token = TokenFile is null && read("VAULT_TOKEN") is { } token ? new Secret(token) : null,
            TokenFile = TokenFile,
            Namespace = Namespace ?? read("VAULT_NAMESPACE"),
        };
    }

    private string Required(string? value, string setting) => !string.IsNullOrWhiteSpace(value) ? value : throw new FormatException($"{setting} is required for a place of kind {Kind}.");

    private static Uri AddressOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : throw new FormatException($"'{text}' is no absolute address.");
}
