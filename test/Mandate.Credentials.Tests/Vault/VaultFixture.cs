using System.Data.Common;
using Mandate.Credentials.Vault;
using Mandate.Credentials.Vault.Keys;
using Mandate.Testing;

namespace Mandate.Credentials.Tests.Vault;

/// <summary>A vault on a store of its own.</summary>
internal sealed class VaultFixture : IAsyncDisposable
{
    public static readonly CredentialOwner Owner = new("acme", "sync", "alice");
    public static readonly Uri Target = new("https://api.example.com/items");
    public static readonly AllowedHosts Hosts = AllowedHosts.Parse(["api.example.com"]);

    private readonly TemporaryDirectory _directory = new();
    private readonly List<CredentialVault> _vaults = [];

    public ManualTimeProvider Time { get; } = new();

    public RecordingLoggers Loggers { get; } = new();

    public string KeyFile => _directory.File("keys.json");

    public string StorePath => _directory.File("vault.db");

    public DbDataSource? Postgres { get; init; }

    public async Task<CredentialVault> OpenAsync(
        IReadOnlyDictionary<string, CredentialSource>? sources = null, ICredentialNarrower? narrower = null, TimeSpan? cacheFor = null, KeyRing? keys = null, IKeyEncryption? encryption = null)
    {
        var vault = await CredentialVault.OpenAsync(new CredentialVaultOptions
        {
            Path = Postgres is null ? StorePath : null,
            Postgres = Postgres,
            KeyEncryption = encryption ?? keys ?? await KeyRing.OpenAsync(KeyFile, createWhenMissing: true),
            Sources = sources ?? new Dictionary<string, CredentialSource>(),
            Narrower = narrower,
            CacheFor = cacheFor ?? TimeSpan.FromSeconds(2),
            Time = Time,
            LoggerFactory = Loggers,
        });
        lock (_vaults)
            _vaults.Add(vault);
        return vault;
    }

    public static CredentialSetting Setting(string secret, string name = "sync", AllowedHosts? hosts = null, CredentialOwner? owner = null) =>
        new() { Owner = owner ?? Owner, Name = name, Value = new Secret(secret), Hosts = hosts ?? Hosts };

    public byte[] StoredBytes() => [.. Directory.EnumerateFiles(_directory.Path, "vault.db*").SelectMany(File.ReadAllBytes)];

    public async ValueTask DisposeAsync()
    {
        foreach (var vault in _vaults)
            await vault.DisposeAsync();
        _directory.Dispose();
    }
}
