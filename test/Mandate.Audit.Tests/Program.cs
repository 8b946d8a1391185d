namespace Mandate.Audit.Tests;

/// <summary>
/// Run as a program, this assembly is a writer to be killed: it appends to the ledger named by its argument with 64 tasks and prints a line for each
/// acknowledged event, only after the acknowledgement.
/// </summary>
internal static class Program
{
    public const int Writers = 64;

    private static async Task<int> Main(string[] arguments)
    {
        await using var ledger = await AuditLedger.OpenAsync(new() { Path = arguments[0] });
        var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                var written = await ledger.AppendAsync(Samples.Entry(tenant: $"tenant-{writer % 2}", resource: $"{writer}/{i}"));
                await output.WriteLineAsync($"{written.Entry.Tenant} {written.Sequence} {written.Hash} {written.Entry.Resource.Id}");
            }
        })));
        return 0;
    }
}
