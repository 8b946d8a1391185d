using Mandate.Acceptance.Tests.Support;

namespace Mandate.Acceptance.Tests.ApiTokens.Stores;

/// <summary>A secret store outside of the program, as an operator has it.</summary>
internal abstract class ExternalStore : IAsyncDisposable
{
    /// <summary>What the program's environment has to say, beside its settings.</summary>
    public abstract IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Which of the values of a secret put by <see cref="Put"/> counts; null where it has one only.</summary>
    public virtual string? Key => null;

    public static async Task<ExternalStore> StartAsync(string kind, TemporaryDirectory directory) => kind switch
    {
        "Vault" => await VaultStore.StartAsync(directory),
        "AwsSecretsManager" => await AwsStore.StartAsync(),
        "AzureKeyVault" => await AzureStore.StartAsync(directory),
        _ => throw new ArgumentException(kind, nameof(kind)),
    };

    /// <summary>Settings under a prefix such as <c>MANDATE_APITOKENS__KEYSTORE</c> that name a secret in this store.</summary>
    public abstract IReadOnlyDictionary<string, string> Settings(string prefix, string secretName);

    /// <summary>Puts a text there, or replaces it.</summary>
    public abstract void Put(string secretName, string value);

    /// <summary>Puts the content of a key file there.</summary>
    public abstract void PutKeys(string secretName, string json);

    /// <summary>From now on it refuses who asks.</summary>
    public abstract void Refuse();

    public abstract ValueTask DisposeAsync();
}
