using System.CommandLine;
using Mandate.Configuration;
using Mandate.Identity.Keys;
using Mandate.Protocol;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Protocol.Conversion;
using Mandate.Protocol.Conversion.Sealing;
using Mandate.Sealing;
using Mandate.Stateful.Scanning;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Commands;

/// <summary><c>mandate history scan</c>: looks for secrets in histories.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        var scan = new Command("scan", "Search histories for secrets: exported JSON files, or the runs of a service or cluster. Ends with 0 when all was read and nothing found, 1 when something was found, 3 when nothing was found but payloads could not be read.");
        var paths = new Argument<string[]>("path") { Description = "History files as JSON (`temporal workflow show --output json` or `jsonl`, or the console's download), or directories of them.", Arity = ArgumentArity.ZeroOrMore };
        var settings = new SettingOptions()
            .With("--temporal-address", "Temporal:Address", "Scan the runs of this service or cluster instead (TEMPORAL_ADDRESS).", "host:port")
            .With("--namespace", "Temporal:Namespace", "Their namespace (TEMPORAL_NAMESPACE). Default: default", "name")
            .With("--payload-key-file", "Payloads:KeyFile", "Keys with which the service encrypts payloads, to read those too.", "file")
            .AddTo(scan);
        var query = new Option<string>("--query") { Description = "Which runs of the service or cluster, in the list's query language. Default: all", DefaultValueFactory = _ => "" };
        var values = new Option<FileInfo[]>("--value-file") { Description = "File with a value that must not be found, such as a planted one. The value is read from the file, so that it stands in no shell history." };
        var json = new Option<bool>("--json") { Description = "Print findings as JSON, one a line." };
        scan.Arguments.Add(paths);
        scan.Options.Add(query);
        scan.Options.Add(values);
        scan.Options.Add(json);
        scan.SetAction((result, cancellation) => StartFailure.GuardAsync(() => RunAsync(
            result.GetValue(paths)!, settings.Sources(result), result.GetValue(query)!, result.GetValue(values) ?? [], result.GetValue(json), cancellation)));
        return new Command("history", "Look at histories.") { scan };
    }

    private static async Task<int> RunAsync(string[] paths, SettingSources sources, string query, FileInfo[] values, bool json, CancellationToken cancellation)
    {
        var (options, _) = SettingsLoader.Load(sources);
        await using var sealing = await OpenSealingAsync(options, cancellation);
        var scanner = new HistoryScanner([.. values.Select(Pattern)], Opener(sealing.Codec));
        var count = new ScanCount();
        if (paths.Length > 0)
        {
            foreach (var file in paths.SelectMany(Files))
                await count.AddAsync(await ScanFileAsync(scanner, file, cancellation), json);
        }
        else
        {
            await using var client = await CommandClient.ConnectAsync(options, cancellation);
            await ScanRunsAsync(scanner, client, query, count, json, cancellation);
        }

        await Console.Error.WriteLineAsync(count.ToString());
        return count.ExitCode;
    }

    private static async Task<PayloadSealing> OpenSealingAsync(MandateOptions options, CancellationToken cancellation)
    {
        try
        {
            return await PayloadSealing.OpenAsync(options, NullLoggerFactory.Instance, cancellation);
        }
        catch (KeyRingException e)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    /// <summary>Opens a payload where its key is known; null for one of another key, namespace or codec.</summary>
    private static Func<Payload, Payload?>? Opener(SealingCodec? codec) => codec is null ? null : payload =>
    {
        try
        {
            return codec.DecodeAsync([payload]) is { IsCompletedSuccessfully: true, Result: [var opened] } ? opened : null;
        }
        catch (PayloadConversionException)
        {
            return null;
        }
    };

    private static ValuePattern Pattern(FileInfo file)
    {
        try
        {
            return new(file.Name, File.ReadAllText(file.FullName).Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException($"--value-file '{file}' cannot be used: {e.Message}");
        }
    }

    private static async Task<ScanResult> ScanFileAsync(HistoryScanner scanner, string file, CancellationToken cancellation)
    {
        try
        {
            return scanner.ScanJson(file, await File.ReadAllBytesAsync(file, cancellation));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException($"'{file}' is no history that can be scanned: {e.Message}");
        }
    }

    private static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [path];

    internal static async Task ScanRunsAsync(HistoryScanner scanner, ITemporalClient client, string query, ScanCount count, bool json, CancellationToken cancellation)
    {
        await foreach (var run in client.ListWorkflowsAsync(query).WithCancellation(cancellation))
        {
            WorkflowHistory history;
            try
            {
                history = await client.GetWorkflowHandle(run.Id, run.RunId).FetchHistoryAsync(new() { Rpc = new() { CancellationToken = cancellation } });
            }
            catch (RpcException e) when (e.Code == RpcStatusCode.NotFound)
            {
                // Deleted, by somebody or by retention, since it was listed: it holds nothing any more.
                count.Deleted++;
                continue;
            }

            await count.AddAsync(scanner.Scan($"{run.Id}/{run.RunId}", history.Events), json);
        }
    }
}
