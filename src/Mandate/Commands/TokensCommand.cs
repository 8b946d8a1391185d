using System.CommandLine;
using System.Text.Json;
using Mandate.Configuration;
using Mandate.Protocol;
using Mandate.Stateful;
using Mandate.Temporal.Client;
using Spectre.Console;

namespace Mandate.Commands;

/// <summary><c>mandate tokens tree</c>: shows which API token each workflow of a tree has.</summary>
internal static class TokensCommand
{
    public static Command Create()
    {
        var tree = new Command("tree", "Print a tree of stateful workflows with the API token, its epoch and the policy at each node.");
        var workflow = new Argument<string>("workflow-id") { Description = "Workflow at the top." };
        var settings = new SettingOptions()
            .With("--temporal-address", "Temporal:Address", "The service's gRPC listener, or a cluster (TEMPORAL_ADDRESS). Default: 127.0.0.1:7233", "host:port")
            .With("--namespace", "Temporal:Namespace", "Namespace of the runs (TEMPORAL_NAMESPACE). Default: default", "name")
            .AddTo(tree);
        var depth = new Option<int>("--depth") { Description = "Levels to print below the workflow.", DefaultValueFactory = _ => 8 };
        var json = new Option<bool>("--json") { Description = "Print the tree as JSON." };
        tree.Arguments.Add(workflow);
        tree.Options.Add(depth);
        tree.Options.Add(json);
        tree.SetAction((result, cancellation) => StartFailure.GuardAsync(() => RunAsync(
            result.GetRequiredValue(workflow), settings.Sources(result), result.GetValue(depth), result.GetValue(json), cancellation)));
        return new Command("tokens", "Look at the API tokens of workflows.") { tree };
    }

    private static async Task<int> RunAsync(string workflowId, SettingSources sources, int depth, bool json, CancellationToken cancellation)
    {
        var (options, _) = SettingsLoader.Load(sources);
        await using var client = await CommandClient.ConnectAsync(options, cancellation);
        var root = await ReadAsync(client, workflowId, "root", depth, cancellation);
        if (root.Problem is { } problem)
            throw new ConfigurationException($"Workflow '{workflowId}' shows no API token: {problem}");
        if (json)
        {
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(root, TokenTreeJsonContext.Default.TokenNode));
        }
        else
        {
            var view = new Tree(Markup.Escape(root.ToString()));
            Add(view, root);
            AnsiConsole.Write(view);
        }

        return ExitCode.Ok;
    }

    private static async Task<TokenNode> ReadAsync(TemporalClient client, string workflowId, string policy, int depth, CancellationToken cancellation)
    {
        ApiTokenTree tree;
        try
        {
            tree = await client.GetWorkflowHandle(workflowId).QueryAsync<ApiTokenTree>(StatefulNames.ApiTokenTree, [], new() { Rpc = new() { CancellationToken = cancellation } });
        }
        catch (WorkflowQueryFailedException)
        {
            return new(workflowId, policy, null, null, null, "it is no stateful workflow, or its worker refuses the query", []);
        }
        catch (RpcException e)
        {
            return new(workflowId, policy, null, null, null, e.Code == RpcStatusCode.NotFound ? "it has ended" : e.Message, []);
        }

        var children = new List<TokenNode>();
        foreach (var child in depth > 0 ? tree.Children : [])
        {
            var childPolicy = child.Policy.ToString().ToLowerInvariant();
            children.Add(child.State == ChildState.Starting
                ? new(child.WorkflowId, childPolicy, null, null, null, "starting", [])
                : (await ReadAsync(client, child.WorkflowId, childPolicy, depth - 1, cancellation)) with { IsBehind = child.IsBehind });
        }

        return new(workflowId, policy, tree.Token.State == ApiTokenState.None ? null : tree.Token.Name, tree.Token.State == ApiTokenState.None ? null : tree.Token.Epoch, tree.Token.State.ToString().ToLowerInvariant(), null, children)
        {
            ApiUrl = tree.ApiUrl,
        };
    }

    private static void Add(IHasTreeNodes view, TokenNode node)
    {
        foreach (var child in node.Children)
            Add(view.AddNode(Markup.Escape(child.ToString())), child);
    }
}
