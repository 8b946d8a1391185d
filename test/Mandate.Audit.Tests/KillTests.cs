using System.Globalization;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

public abstract class KillTests(PostgresServer? postgres, int kills)
{
    [Fact]
    [Scenario("audit", 8)]
    public async Task Append_ProcessKilledManyTimesWhile64Write_KeepsEverythingAcknowledged()
    {
        using var directory = new TemporaryDirectory();
        var store = postgres?.CreateDatabase() ?? directory.File("audit.db");
        var random = new Random(8);
        var acknowledged = new HashSet<string>();

        // One after the other on the same ledger, so that each starts from what the one before left behind.
        for (var kill = 0; kill < kills; kill++)
            acknowledged.UnionWith(await WriterProcess.RunUntilKilledAsync(store, random.Next(1, 200)));

        acknowledged.Count.ShouldBeGreaterThan(kills);
        var found = new HashSet<string>();
        await using var ledger = await AuditLedger.OpenAsync(postgres is null ? new() { Path = store } : new() { ConnectionString = store });
        foreach (var tenant in (string[])["tenant-0", "tenant-1"])
        {
            (await ledger.VerifyAsync(tenant)).Damage.ShouldBeNull();
            string? cursor = null;
            do
            {
                var page = await ledger.QueryAsync(tenant, new() { OldestFirst = true, Limit = 1_000, Cursor = cursor });
                found.UnionWith(page.Events.Select(e => $"{tenant} {e.Sequence.ToString(CultureInfo.InvariantCulture)} {e.Hash}"));
                cursor = page.NextCursor;
            }
            while (cursor is not null);
        }

        acknowledged.Where(a => !found.Contains(a)).ShouldBeEmpty();
    }
}
