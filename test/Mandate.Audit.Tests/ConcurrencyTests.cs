using System.Diagnostics;
using System.Globalization;
using Mandate.Testing;

namespace Mandate.Audit.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Append_64Writers_MakeOneUnbrokenChain()
    {
        await using var fixture = await LedgerFixture.CreateAsync();

        var written = await Task.WhenAll(Enumerable.Range(0, 64).Select(writer => Task.Run(async () =>
        {
            var mine = new List<AuditEvent>();
            for (var i = 0; i < 150; i++)
                mine.Add(await fixture.Ledger.AppendAsync(Samples.Entry(resource: $"{writer}/{i}")));
            return mine;
        })));

        var all = written.SelectMany(w => w).OrderBy(e => e.Sequence).ToList();
        all.Select(e => e.Sequence).ShouldBe(Enumerable.Range(1, 64 * 150).Select(i => (long)i));
        all.Zip(all.Skip(1)).ShouldAllBe(pair => pair.Second.PreviousHash == pair.First.Hash);
        foreach (var mine in written)
            mine.Select(e => e.Sequence).ShouldBeInOrder(SortDirection.Ascending);
        var verification = await fixture.Ledger.VerifyAsync("acme");
        verification.IsValid.ShouldBeTrue();
        verification.Head.ShouldBe(new(64 * 150, all[^1].Hash));
    }

    [Fact]
    public async Task Verify_WhileWritersAppend_IsAlwaysValidAndNeverBehind()
    {
        await using var fixture = await LedgerFixture.CreateAsync();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 400; i++)
                await fixture.Ledger.AppendAsync(Samples.Entry());
        });

        while (!writing.IsCompleted)
            (await fixture.Ledger.VerifyAsync("acme")).Damage.ShouldBeNull();

        await writing;
        (await fixture.Ledger.VerifyAsync("acme")).Checked.ShouldBe(400);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(3_000)]
    [Scenario("audit", 8)]
    public async Task Append_ProcessKilledWhileWriting_KeepsEverythingAcknowledged(int acknowledgements)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("audit.db");
        var acknowledged = new List<string>();

        // Twice, so that the second starts from what the first left behind.
        for (var round = 0; round < 2; round++)
            acknowledged.AddRange(await RunUntilKilledAsync(path, acknowledgements));

        await using var ledger = await AuditLedger.OpenAsync(new() { Path = path });
        var found = new HashSet<string>();
        foreach (var tenant in (string[])["tenant-0", "tenant-1"])
        {
            (await ledger.VerifyAsync(tenant)).Damage.ShouldBeNull();
            string? cursor = null;
            do
            {
                var page = await ledger.QueryAsync(tenant, new() { OldestFirst = true, Limit = 1_000, Cursor = cursor });
                found.UnionWith(page.Events.Select(e => $"{tenant} {e.Sequence.ToString(CultureInfo.InvariantCulture)} {e.Hash} {e.Entry.Resource.Id}"));
                cursor = page.NextCursor;
            }
            while (cursor is not null);
        }

        acknowledged.Count.ShouldBeGreaterThanOrEqualTo(2 * acknowledgements);
        acknowledged.Where(a => !found.Contains(a)).ShouldBeEmpty();
    }

    private static async Task<List<string>> RunUntilKilledAsync(string path, int acknowledgements)
    {
        var program = typeof(Program).Assembly.Location;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var lines = new List<string>();
        try
        {
            while (lines.Count < acknowledgements)
                lines.Add(await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) ?? throw new InvalidOperationException("the writer ended by itself"));
        }
        finally
        {
            process.Kill();
        }

        // What it had printed before it died was acknowledged as well; a last line without its end was not printed.
        var rest = await process.StandardOutput.ReadToEndAsync();
        var whole = rest.LastIndexOf('\n') + 1;
        lines.AddRange(rest[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await process.WaitForExitAsync();
        return lines;
    }
}
