namespace Mandate.Audit.Tests;

/// <summary>The tests every store must pass.</summary>
public abstract class LedgerTests(PostgresServer? postgres)
{
    /// <summary>A new ledger in the store under test.</summary>
    private protected Task<LedgerFixture> CreateAsync(int events = 0, Func<AuditLedgerOptions, AuditLedgerOptions>? configure = null) =>
        LedgerFixture.CreateAsync(events, postgres?.CreateDatabase(), configure);
}
