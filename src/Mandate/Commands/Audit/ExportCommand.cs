using System.CommandLine;
using Mandate.Audit;

namespace Mandate.Commands.Audit;

/// <summary><c>mandate audit export</c>: a tenant's ledger as JSON Lines that verify alone.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var command = new Command("export", "Write a tenant's ledger as JSON Lines, which `mandate audit verify --export` verifies alone.");
        var source = new LedgerSource().AddTo(command);
        var tenant = new Option<string>("--tenant") { Description = "Whose ledger.", Required = true, HelpName = "tenant" };
        var output = new Option<string?>("--output", "-o") { Description = "File to write; it must not exist. Default: standard output.", HelpName = "file" };
        var upTo = new Option<long?>("--up-to") { Description = "Last sequence number. Default: all.", HelpName = "sequence" };
        foreach (var option in (Option[])[tenant, output, upTo])
            command.Options.Add(option);
        command.SetAction((result, cancellation) => CommandFailure.GuardAsync(async () =>
        {
            using var archive = source.Open(result);
            var whose = result.GetValue(tenant)!;
            if (!(await archive.TenantsAsync(cancellation)).Contains(whose, StringComparer.Ordinal))
                throw new AuditStoreException($"There is no ledger of the tenant '{whose}' in this store.");
            await using var destination = result.GetValue(output) is { } file ? new FileStream(file, FileMode.CreateNew, FileAccess.Write) : Console.OpenStandardOutput();
            var written = await archive.ExportAsync(whose, destination, result.GetValue(upTo), progress: null, cancellation);
            await Console.Error.WriteLineAsync($"{written} events exported.");
            return ExitCode.Ok;
        }));
        return command;
    }
}
