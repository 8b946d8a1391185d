using System.Diagnostics;
using System.Text.Json;
using Mandate.Acceptance.Tests.Support;
using Mandate.Testing;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens;

public sealed class CascadeBenchmarkTests
{
    [Fact]
    [Scenario("stateful-workflow", 15)]
    public async Task Benchmark_OfARotation_PrintsUntilWhenItHoldsAndUntilWhenAllHaveAcknowledged()
    {
        using var directory = new TemporaryDirectory();
        var start = new ProcessStartInfo(ProgramPath.Load, ["cascade", "--workflows", "40", "--fanout", "3", "--warm-up", "0", "--data-root", directory.Path])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = directory.Path,
        };
        using var process = Process.Start(start)!;
        var output = await Patience.UntilAsync(async () => await process.StandardOutput.ReadToEndAsync(), "the benchmark to end");

        // The program itself compares what was acknowledged with the size of the tree, and ends with an error where they differ.
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        var line = JsonElement.Parse(output.Trim());
        (line.GetProperty("workflows").GetInt32(), line.GetProperty("fanout").GetInt32()).ShouldBe((40, 3));
        var (effective, acknowledged) = (line.GetProperty("effectiveMs").GetDouble(), line.GetProperty("acknowledgedMs").GetDouble());
        effective.ShouldBeGreaterThan(0);
        acknowledged.ShouldBeGreaterThan(0);
    }
}
