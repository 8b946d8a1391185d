using System.CommandLine;
using System.Text.Json;
using Mandate.Configuration;

namespace Mandate.Commands;

/// <summary><c>mandate tokens tree</c>: shows which API token each workflow of a tree has.</summary>
internal static class TokensCommand
{
    public static Command Create()
    {
        var tree = new Command("tree", "Print a tree of stateful workflows with the API token, its epoch and the policy at each node. Ends with 0 when the whole tree is shown, 3 when it stopped at --depth or a workflow did not answer, 2 when the workflow at the top cannot be asked.");
        var workflow = new Argument<string>("workflow-id") { Description = "Workflow at the top." };
        var settings = new SettingOptions()
            .With("--temporal-address", "Temporal:Address", "The service's gRPC listener, or a cluster (TEMPORAL_ADDRESS). Default: 127.0.0.1:7233", "host:port")
            .With("--namespace", "Temporal:Namespace", "Namespace of the runs (TEMPORAL_NAMESPACE). Default: default", "name")
            .AddTo(tree);
        var depth = new Option<int?>("--depth") { Description = "Most levels to print below the workflow. Default: all" };
        depth.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 0)
                result.AddError("--depth wants the number of levels, 0 or more.");
        });
        var json = new Option<bool>("--json") { Description = "Print the tree as JSON." };
        tree.Arguments.Add(workflow);
        tree.Options.Add(depth);
        tree.Options.Add(json);
        tree.SetAction((result, cancellation) => StartFailure.GuardAsync(() => RunAsync(
            result.GetRequiredValue(workflow), settings.Sources(result), result.GetValue(depth), result.GetValue(json), cancellation)));
        return new Command("tokens", "Look at the API tokens of workflows.") { tree };
    }

    private static async Task<int> RunAsync(string workflowId, SettingSources sources, int? depth, bool json, CancellationToken cancellation)
    {
        var (options, _) = SettingsLoader.Load(sources);
        await using var client = await CommandClient.ConnectAsync(options, cancellation);
        using var reader = new TokenTreeReader(client, depth);
        var root = await reader.ReadAsync(workflowId, cancellation);
        if (root.Problem is { } problem)
        {
            throw new ConfigurationException(
                $"Workflow '{workflowId}' shows no API token: {problem}. Workflows answer nobody they do not know: where this command has no access token, name a file with one in Mandate:Temporal:ApiKeyFile.");
        }

        if (json)
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(root, TokenTreeJsonContext.Default.TokenNode));
        else
            await root.WriteAsync(Console.Out);
        if (reader.NotShown > 0)
            await Console.Error.WriteLineAsync($"Stopped at --depth {depth}: {reader.NotShown} workflow{(reader.NotShown == 1 ? "" : "s")} below, and what is below them, {(reader.NotShown == 1 ? "is" : "are")} not shown.");
        if (reader.Unanswered > 0)
            await Console.Error.WriteLineAsync($"{reader.Unanswered} workflow{(reader.Unanswered == 1 ? "" : "s")} did not answer; what is below {(reader.Unanswered == 1 ? "it" : "them")} is not shown.");
        return reader.NotShown > 0 || reader.Unanswered > 0 ? ExitCode.Incomplete : ExitCode.Ok;
    }
}
