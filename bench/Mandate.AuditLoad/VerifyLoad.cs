using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Mandate.Audit;

namespace Mandate.AuditLoad;

/// <summary>Verification from the database file, with one thread and with two, beside the machine's bare SHA-256 over as many bytes.</summary>
internal static class VerifyLoad
{
    private const int Rounds = 3;

    public static async Task<int> RunAsync(int events)
    {
        await using var ledgers = await Ledgers.OpenAsync(postgres: false);
        await ledgers.FillAsync(0, events);
        // The size of an event in the file, without the pages around it.
        const int size = 340;
        using var archive = AuditArchive.OpenFile(ledgers.Path);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var threads in (int[])[1, 2])
            {
                var bare = Bare(events, size, threads);
                var watch = Stopwatch.StartNew();
                var result = await archive.VerifyAsync(Ledgers.Tenant, new() { Threads = threads });
                var rate = events / watch.Elapsed.TotalSeconds;
                if (!result.IsValid || result.Checked != events)
                    throw new InvalidOperationException(result.Damage?.Message ?? "not everything was checked");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"verify: {events:N0} events, {threads} threads: {rate:N0} events/s; bare SHA-256 of an event and a tree node each: {bare:N0}/s; ratio {rate / bare:N2}"));
            }
        }

        return 0;
    }

    /// <summary>What the machine's SHA-256 allows: for each event its own hash and one inner node of the tree, from memory, and nothing else.</summary>
    private static double Bare(int events, int size, int threads)
    {
        var watch = Stopwatch.StartNew();
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            var bytes = new byte[size];
            Span<byte> hash = stackalloc byte[32];
            for (var i = 0; i < events / threads; i++)
            {
                SHA256.HashData(bytes, hash);
                SHA256.HashData(bytes.AsSpan(0, 65), hash);
            }
        });
        return events / watch.Elapsed.TotalSeconds;
    }
}
