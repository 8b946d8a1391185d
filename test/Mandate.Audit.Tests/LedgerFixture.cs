using Mandate.Testing;

namespace Mandate.Audit.Tests;

/// <summary>A ledger in a directory of its own.</summary>
internal sealed class LedgerFixture : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private AuditLedger? _ledger;

    public string Path => _directory.File("audit.db");

    public ManualTimeProvider Clock { get; } = new();

    public AuditLedger Ledger => _ledger ?? throw new InvalidOperationException("not open");

    public static async Task<LedgerFixture> CreateAsync(int events = 0, Func<long>? maximumPages = null)
    {
        var fixture = new LedgerFixture();
        await fixture.OpenAsync(maximumPages);
        for (var i = 1; i <= events; i++)
            await fixture.Ledger.AppendAsync(Samples.Entry(resource: $"order-{i}"));
        return fixture;
    }

    public async Task OpenAsync(Func<long>? maximumPages = null) =>
        _ledger = await AuditLedger.OpenAsync(new() { Path = Path, TimeProvider = Clock, MaximumPages = maximumPages });

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
