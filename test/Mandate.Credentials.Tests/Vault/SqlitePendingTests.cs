namespace Mandate.Credentials.Tests.Vault;

/// <summary>On the embedded store.</summary>
public sealed class SqlitePendingTests : PendingTests
{
    private protected override Task<VaultFixture> CreateAsync() => Task.FromResult(new VaultFixture());
}
