using System.CommandLine;
using System.Text.Json;
using Mandate.Configuration;
using Mandate.Stateful.Scanning;
using Mandate.Temporal.Client;
using Mandate.Temporal.Common;

namespace Mandate.Commands;

/// <summary><c>mandate history scan</c>: looks for secrets in histories.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        var scan = new Command("scan", "Search histories for secrets: exported JSON files, or the runs of a service or cluster. Ends with 1 when something was found.");
        var paths = new Argument<string[]>("path") { Description = "History files as JSON (`temporal workflow show --output json`, or the console's download), or directories of them.", Arity = ArgumentArity.ZeroOrMore };
        var settings = new SettingOptions()
            .With("--temporal-address", "Temporal:Address", "Scan the runs of this service or cluster instead (TEMPORAL_ADDRESS).", "host:port")
            .With("--namespace", "Temporal:Namespace", "Their namespace (TEMPORAL_NAMESPACE). Default: default", "name")
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
        var scanner = new HistoryScanner([.. values.Select(Pattern)]);
        var (histories, events, found) = (0, 0L, 0);
        await foreach (var history in paths.Length > 0 ? FilesAsync(paths, cancellation) : RunsAsync(sources, query, cancellation))
        {
            histories++;
            events += history.Events.Count;
            foreach (var finding in scanner.Scan(history.Id, history.Events))
            {
                found++;
                await Console.Out.WriteLineAsync(json
                    ? JsonSerializer.Serialize(finding, ScanJsonContext.Default.Finding)
                    : $"{finding.Source}: event {finding.EventId} {finding.EventType}, {finding.Field}: {finding.Kind} {finding.Excerpt}");
            }
        }

        await Console.Error.WriteLineAsync($"{histories} histories, {events} events: {found} finding{(found == 1 ? "" : "s")}");
        return found > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

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

    private static async IAsyncEnumerable<WorkflowHistory> FilesAsync(string[] paths, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var file in paths.SelectMany(Files))
        {
            WorkflowHistory history;
            try
            {
                history = WorkflowHistory.FromJson(file, await File.ReadAllTextAsync(file, cancellation));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or JsonException or FormatException or InvalidOperationException or Google.Protobuf.InvalidProtocolBufferException)
            {
                throw new ConfigurationException($"'{file}' is no history as JSON: {e.Message}");
            }

            yield return history;
        }
    }

    private static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [path];

    private static async IAsyncEnumerable<WorkflowHistory> RunsAsync(SettingSources sources, string query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var (options, _) = SettingsLoader.Load(sources);
        await using var client = await CommandClient.ConnectAsync(options, cancellation);
        await foreach (var run in client.ListWorkflowsAsync(query).WithCancellation(cancellation))
        {
            var history = await client.GetWorkflowHandle(run.Id, run.RunId).FetchHistoryAsync();
            yield return history with { Id = $"{run.Id}/{run.RunId}" };
        }
    }
}
