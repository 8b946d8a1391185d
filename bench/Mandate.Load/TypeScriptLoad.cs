using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Mandate.Load;

/// <summary>The official TypeScript SDK's client and worker, in one Node process, doing the same job with their default options.</summary>
internal static class TypeScriptLoad
{
    internal static async Task<Timings> RunAsync(string address, LoadPlan plan, CancellationToken cancellation)
    {
        var output = await RunScriptAsync(["load.js", address, $"{plan.Workflows}", $"{plan.Concurrency}", $"{plan.WarmUp.TotalSeconds}"], cancellation);
        return JsonSerializer.Deserialize<Timings>(output, JsonSerializerOptions.Web)
            ?? throw new InvalidOperationException("load.js printed no timings.");
    }

    /// <summary>Runs a script of the project and gives what it prints.</summary>
    internal static async Task<string> RunScriptAsync(string[] arguments, CancellationToken cancellation)
    {
        var project = Project();
        if (!File.Exists(Path.Combine(project, "node_modules", ".package-lock.json")))
            await RunAsync(project, "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], cancellation);
        return await RunAsync(project, "node", arguments, cancellation);
    }

    private static string Project([CallerFilePath] string source = "") => Path.Combine(Path.GetDirectoryName(source)!, "typescript");

    private static async Task<string> RunAsync(string directory, string program, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}; its error is above.");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
