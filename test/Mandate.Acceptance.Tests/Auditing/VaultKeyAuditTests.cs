using Mandate.Audit;
using Mandate.Audit.Recording;
using Mandate.Auditing;
using Mandate.Configuration;
using Mandate.Hosting;
using Mandate.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.Auditing;

/// <summary>Changes of the vault's keys on their way from the vault into the ledger, on a clock of the test's.</summary>
public sealed class VaultKeyAuditTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLoggers _loggers = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly LedgerHealth _health = new();
    private TokenVault _tokens = null!;
    private AuditLedger _ledger = null!;
    private AuditRecorder _recorder = null!;

    public async Task InitializeAsync()
    {
        _tokens = await TokenVault.OpenAsync(new MandateOptions { DataDirectory = _directory.File("data") }, _loggers, CancellationToken.None);
        _ledger = await AuditLedger.OpenAsync(new() { Path = _directory.File("ledger.db") });
        _recorder = new(_ledger, new());
    }

    public async Task DisposeAsync()
    {
        await _recorder.DisposeAsync();
        await _ledger.DisposeAsync();
        await _tokens.DisposeAsync();
    }

    public void Dispose()
    {
        _directory.Dispose();
        _loggers.Dispose();
    }

    [Fact]
    public async Task Change_MadeBeforeAndWhileTheServiceRuns_IsRecordedOnceAndForgotten()
    {
        var first = await _tokens.Vault.Keys.AddKeyAsync(_tokens.Keys, "olivia");
        await using var audit = Start();
        await EmptyAsync();

        var second = await _tokens.Vault.Keys.AddKeyAsync(_tokens.Keys, "oscar");
        _clock.Advance(TimeSpan.FromSeconds(4));
        (await RecordedAsync()).Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await EmptyAsync();

        var recorded = await RecordedAsync();
        recorded.Select(e => (e.Type, e.Resource.Id, e.Actor.Type, e.Actor.Id)).ShouldBe([("key.create", first, "operator", "olivia"), ("key.create", second, "operator", "oscar")]);
        recorded.ShouldAllBe(e => e.Context.ContainsKey("changedAt") && e.Metadata["purpose"] == "vault" && !e.Metadata.ContainsKey("entries"));
    }

    [Fact]
    public async Task Change_WhileTheLedgerCannotBeWritten_WaitsInTheVault()
    {
        await _tokens.Vault.Keys.AddKeyAsync(_tokens.Keys, "olivia");
        await using (var holder = new SqliteConnection($"Data Source={_directory.File("ledger.db")};Pooling=False"))
        {
            await holder.OpenAsync();
            await using var hold = holder.BeginTransaction(deferred: false);
            await using (Start())
                await Eventually.BecomesAsync(() => _health.HasFailed);
            (await _tokens.Vault.Keys.ChangesAsync()).Count.ShouldBe(1);
        }

        await using var again = Start();
        await EmptyAsync();

        (await RecordedAsync()).ShouldHaveSingleItem().Actor.Id.ShouldBe("olivia");
    }

    private VaultKeyAudit Start() => new(_tokens.Vault.Keys, _recorder, _health, _loggers, _clock);

    /// <summary>Until nothing waits, and the next look waits for its time.</summary>
    private async Task EmptyAsync()
    {
        await Eventually.BecomesAsync(async () => (await _tokens.Vault.Keys.ChangesAsync()).Count == 0);
        await Eventually.BecomesAsync(() => _clock.ArmedTimers == 1);
    }

    private async Task<List<AuditEntry>> RecordedAsync() =>
        [.. (await _ledger.QueryAsync(AuditLedger.SystemTenant, new() { OldestFirst = true, Limit = 100 })).Events.Select(e => e.Entry)];
}
