namespace Mandate.Audit.Tests;

/// <summary>
/// Run as a program, this assembly is a writer. With <c>append</c> it is there to be killed: it appends with 64 tasks to the ledger named by its second argument, a file or a connection
/// string, and prints a line for each acknowledged event, only after the acknowledgement. With a number as third argument it ends by itself after so many events of each task.
/// </summary>
internal static class Program
{
    public const int Writers = 64;

    private static async Task<int> Main(string[] arguments)
    {
        var options = arguments[1].Contains('=', StringComparison.Ordinal) ? new AuditLedgerOptions { ConnectionString = arguments[1] } : new AuditLedgerOptions { Path = arguments[1] };
        var count = arguments.Length > 2 ? int.Parse(arguments[2], System.Globalization.CultureInfo.InvariantCulture) : int.MaxValue;
        await using var ledger = await AuditLedger.OpenAsync(options);
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < count; i++)
            {
                var written = await ledger.AppendAsync(Samples.Entry(tenant: count == int.MaxValue ? $"tenant-{writer % 2}" : "acme", resource: $"{writer}/{i}"));
                if (count == int.MaxValue)
                    await output.WriteLineAsync($"{written.Entry.Tenant} {written.Sequence} {written.Hash}");
            }
        })));
        return 0;
    }
}
