using Mandate.Testing;

namespace Mandate.Audit.Tests;

/// <summary>A ledger in a directory or a database of its own.</summary>
internal sealed class LedgerFixture : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Func<AuditLedgerOptions, AuditLedgerOptions> _configure;
    private readonly string? _connectionString;
    private AuditLedger? _ledger;

    private LedgerFixture(string? connectionString, Func<AuditLedgerOptions, AuditLedgerOptions>? configure)
    {
        _connectionString = connectionString;
        _configure = configure ?? (o => o);
    }

    public string Path => _directory.File("audit.db");

    public ManualTimeProvider Clock { get; } = new();

    public AuditLedger Ledger => _ledger ?? throw new InvalidOperationException("not open");

    /// <summary>What the ledger is opened with.</summary>
    public AuditLedgerOptions Options => _configure(_connectionString is null
        ? new() { Path = Path, TimeProvider = Clock }
        : new() { ConnectionString = _connectionString, TimeProvider = Clock });

    /// <param name="events">How many events are in it.</param>
    /// <param name="connectionString">A PostgreSQL database; null for SQLite.</param>
    /// <param name="configure">Changes the options, at each opening.</param>
    public static async Task<LedgerFixture> CreateAsync(int events = 0, string? connectionString = null, Func<AuditLedgerOptions, AuditLedgerOptions>? configure = null)
    {
        var fixture = new LedgerFixture(connectionString, configure);
        await fixture.OpenAsync();
        await Task.WhenAll(Enumerable.Range(1, events).Select(i => fixture.Ledger.AppendAsync(Samples.Entry(resource: $"order-{i}"))));
        return fixture;
    }

    public string File(string name) => _directory.File(name);

    public async Task OpenAsync() => _ledger = await AuditLedger.OpenAsync(Options);

    /// <summary>The reading side, opened past the service.</summary>
    public AuditArchive OpenArchive() => _connectionString is null ? AuditArchive.OpenFile(Path) : AuditArchive.OpenPostgres(_connectionString);

    public async Task CloseAsync()
    {
        if (_ledger is not null)
            await _ledger.DisposeAsync();
        _ledger = null;
    }

    public async Task ReopenAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _directory.Dispose();
    }
}
