using System.CommandLine;
using Mandate.Audit;
using Mandate.Audit.Checkpoints;
using Spectre.Console;

namespace Mandate.Commands.Audit;

/// <summary><c>mandate audit verify</c>: exit code 0 when everything is as it was recorded, 1 when something is not, 2 when that could not be found out.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var command = new Command("verify", "Recompute the chains and name the first damage. Exit code 0: intact; 1: damaged; 2: could not be verified.");
        var source = new LedgerSource().AddTo(command);
        var export = new Option<string?>("--export") { Description = "Verify a JSON Lines export alone instead of a database.", HelpName = "file" };
        var checkpoints = new Option<string[]>("--checkpoint") { Description = "Checkpoint kept elsewhere, or a directory of them. May be repeated. Without one, somebody who rewrote the whole ledger cannot be found out.", HelpName = "path" };
        var key = new Option<string?>("--key") { Description = "Public key that checkpoints must be signed with (mandate audit key), or a file with it.", HelpName = "key" };
        var tenants = new Option<string[]>("--tenant") { Description = "Only this tenant's ledger. May be repeated. Default: all.", HelpName = "tenant" };
        var threads = new Option<int>("--threads") { Description = "Most threads. Default: as many as there are processors.", DefaultValueFactory = _ => Environment.ProcessorCount, HelpName = "number" };
        var json = new Option<bool>("--json") { Description = "Write the result as JSON on standard output, and no progress." };
        foreach (var option in (Option[])[export, checkpoints, key, tenants, threads, json])
            command.Options.Add(option);
        command.SetAction((result, cancellation) => CommandFailure.GuardAsync(async () =>
        {
            var known = (result.GetValue(checkpoints) ?? []).SelectMany(CheckpointFiles.Read).ToList();
            var options = new AuditVerificationOptions { Key = CheckpointFiles.Key(result.GetValue(key)), Threads = Math.Max(1, result.GetValue(threads)) };
            var results = await RunAsync(result, source, result.GetValue(export), result.GetValue(tenants) ?? [], known, options, showProgress: !result.GetValue(json), cancellation);
            if (result.GetValue(json))
                await Console.Out.WriteLineAsync(VerificationReport.Json(results));
            else
                VerificationReport.Write(Console.Out, results);
            return results.All(r => r.IsValid) ? ExitCode.Ok : ExitCode.Failed;
        }));
        return command;
    }

    private static async Task<List<AuditVerification>> RunAsync(
        ParseResult result, LedgerSource source, string? export, string[] tenants, List<AuditCheckpoint> known, AuditVerificationOptions options, bool showProgress, CancellationToken cancellation)
    {
        if (export is not null)
            return await ShowAsync([export], showProgress, (path, progress) => AuditArchive.VerifyExportAsync(path, options with { Checkpoints = known, Progress = progress }, cancellation));

        using var archive = source.Open(result);
        // A ledger that is gone altogether shows by its checkpoint.
        string[] all = tenants.Length > 0 ? tenants : [.. (await archive.TenantsAsync(cancellation)).Union(known.Select(c => c.Tenant), StringComparer.Ordinal)];
        return await ShowAsync(all, showProgress, (tenant, progress) =>
            archive.VerifyAsync(tenant, options with { Checkpoints = [.. known.Where(c => c.IsOf(tenant))], Progress = progress }, cancellation));
    }

    /// <summary>Does it for each, with a bar each on standard error.</summary>
    private static async Task<List<AuditVerification>> ShowAsync(IEnumerable<string> items, bool showProgress, Func<string, IProgress<AuditProgress>?, Task<AuditVerification>> verify)
    {
        var results = new List<AuditVerification>();
        if (!showProgress)
        {
            foreach (var item in items)
                results.Add(await verify(item, null));
            return results;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (!console.Profile.Capabilities.Interactive)
        {
            foreach (var item in items)
                results.Add(await verify(item, new LineProgress(Console.Error, item)));
            return results;
        }

        await console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async bars =>
        {
            foreach (var item in items)
            {
                var bar = bars.AddTask(Markup.Escape(item), maxValue: 1);
                results.Add(await verify(item, new BarProgress(bar)));
                bar.Value = bar.MaxValue;
            }
        });
        return results;
    }

    private sealed class BarProgress(ProgressTask bar) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value)
        {
            if (value.Total > 0)
                bar.Value = (double)value.Done / value.Total;
        }
    }
}
