using System.CommandLine;
using System.Globalization;
using System.Text;
using Mandate.Audit;

namespace Mandate.Commands.Audit;

/// <summary><c>mandate audit prove</c>: that a checkpoint covers an event, or that one checkpoint's ledger is the beginning of another's.</summary>
internal static class ProveCommand
{
    public static Command Create()
    {
        var command = new Command("prove", "Write the proof that a checkpoint covers an event (--event), or that the ledger of one checkpoint is the beginning of that of another (--from, --to).");
        var source = new LedgerSource().AddTo(command);
        var tenant = new Option<string>("--tenant") { Description = "Whose ledger.", Required = true, HelpName = "tenant" };
        var id = new Option<Guid?>("--event") { Description = "Id of the event.", HelpName = "uuid" };
        var size = new Option<long?>("--size") { Description = "Size of the checkpoint. Default: the newest.", HelpName = "number" };
        var from = new Option<long?>("--from") { Description = "Size of the earlier checkpoint.", HelpName = "number" };
        var to = new Option<long?>("--to") { Description = "Size of the later checkpoint.", HelpName = "number" };
        foreach (var option in (Option[])[tenant, id, size, from, to])
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            var forEvent = result.GetValue(id) is not null;
            var forSizes = result.GetValue(from) is not null && result.GetValue(to) is not null;
            if (forEvent == forSizes)
                result.AddError("Give either --event, or --from and --to.");
        });
        command.SetAction((result, cancellation) => CommandFailure.GuardAsync(async () =>
        {
            using var archive = source.Open(result);
            var whose = result.GetValue(tenant)!;
            var text = result.GetValue(id) is { } wanted
                ? (await archive.ProveAsync(whose, wanted, result.GetValue(size), cancellation))?.ToText()
                : Consistency(await archive.ProveConsistencyAsync(whose, result.GetValue(from)!.Value, result.GetValue(to)!.Value, cancellation));
            if (text is null)
            {
                await Console.Error.WriteLineAsync("mandate: there is no such event or checkpoint, or the checkpoint does not cover the event yet.");
                return ExitCode.Failed;
            }

            await Console.Out.WriteAsync(text);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static string? Consistency(AuditConsistencyProof? proof)
    {
        if (proof is null)
            return null;
        var text = new StringBuilder("mandate-consistency-proof@v1\n");
        text.Append(CultureInfo.InvariantCulture, $"from {proof.From.Size} {Convert.ToBase64String(proof.From.Root.ToArray())}\n");
        text.Append(CultureInfo.InvariantCulture, $"to {proof.To.Size} {Convert.ToBase64String(proof.To.Root.ToArray())}\n");
        foreach (var hash in proof.Path)
            text.Append(Convert.ToBase64String(hash.ToArray())).Append('\n');
        return text.Append('\n').Append(proof.To.Note).ToString();
    }
}
