using System.Diagnostics;

namespace Mandate.Audit.Tests;

/// <summary>A writer in a process of its own, see <see cref="Program"/>.</summary>
internal static class WriterProcess
{
    /// <summary>Starts a writer that ends by itself.</summary>
    public static Process Start(string store, params string[] more) => Process.Start(new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "append", store, .. more])
    {
        RedirectStandardOutput = true,
        UseShellExecute = false,
        // A writer that lives for a moment is not worth compiling twice.
        Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TieredCompilation"] = "1" },
    })!;

    /// <summary>Runs a writer until it has acknowledged so many events, kills it, and gives back what it had printed.</summary>
    public static async Task<List<string>> RunUntilKilledAsync(string store, int acknowledgements)
    {
        using var process = Start(store);
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
