using System.Diagnostics;
using System.Globalization;
using Mandate.Audit;

namespace Mandate.AuditLoad;

/// <summary>The same work at 10,000, 100,000 … events: it must cost the same.</summary>
internal static class GrowthLoad
{
    private const int Sample = 20_000;
    private const int Pages = 1_000;

    public static async Task<int> RunAsync(int events, bool postgres)
    {
        await using var ledgers = await Ledgers.OpenAsync(postgres);
        var count = 0;
        Console.WriteLine("| events | append, 64 writers, events/s | page 1, ms | page 1,000, ms | page 1 of a filter, ms | page 1,000 of a filter, ms | words, ms | verify, events/s |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        for (var step = 10_000; step <= events; step *= 10)
        {
            await ledgers.FillAsync(count, step);
            count = step;
            var (rate, _, _) = await AppendLoad.MeasureAsync(ledgers.Ledger, count, Sample, writers: 64);
            count += Sample;
            var (first, last) = await PagesAsync(ledgers.Ledger, new() { Limit = 10 });
            var (firstFiltered, lastFiltered) = await PagesAsync(ledgers.Ledger, new() { Limit = 10, Type = "execution.start", Result = AuditResult.Success });
            var (words, _) = await PagesAsync(ledgers.Ledger, new() { Limit = 10, Text = "shipment 4711", ActorId = "user-711" });
            var watch = Stopwatch.StartNew();
            var verification = await ledgers.Ledger.VerifyAsync(Ledgers.Tenant);
            var verified = verification.Checked / watch.Elapsed.TotalSeconds;
            if (!verification.IsValid || verification.Checked != count)
                throw new InvalidOperationException("the ledger does not verify");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {count:N0} | {rate:N0} | {first:N1} | {last:N1} | {firstFiltered:N1} | {lastFiltered:N1} | {words:N1} | {verified:N0} |"));
        }

        return 0;
    }

    /// <summary>Milliseconds for the first page, and for the thousandth or the last there is.</summary>
    private static async Task<(double First, double Last)> PagesAsync(AuditLedger ledger, AuditQuery query)
    {
        await ledger.QueryAsync(Ledgers.Tenant, query);
        double first = 0, last = 0;
        var cursor = (string?)null;
        for (var page = 1; page <= Pages; page++)
        {
            var watch = Stopwatch.StartNew();
            var result = await ledger.QueryAsync(Ledgers.Tenant, query with { Cursor = cursor });
            last = watch.Elapsed.TotalMilliseconds;
            if (page == 1)
                first = last;
            if ((cursor = result.NextCursor) is null)
                break;
        }

        return (first, last);
    }
}
