using Mandate.Acceptance.Tests.Support;

namespace Mandate.Acceptance.Tests.ApiTokens;

public sealed class CommandTests
{
    private const string History = """
        {"events":[
          {"eventId":"1","eventTime":"2026-01-01T00:00:00Z","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED","workflowExecutionStartedEventAttributes":{"workflowType":{"name":"Old"},
            "input":{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"DATA"}]}}}]}
        """;

    [Fact]
    public async Task HistoryScan_ExportedHistory_FindsShapesAndPlantedValuesAndShowsNeither()
    {
        using var directory = new TemporaryDirectory();
        var token = "xoxb-" + "123456789012-abcdefghijkl";
        await WriteAsync(directory.File("leaky.json"), $$"""{"apiToken":"{{token}}","other":"planted-value-number-one"}""");
        await WriteAsync(directory.File("clean.json"), """{"name":"root","epoch":1,"fingerprint":"8f14e45fceea167a5a36dedd4bea2543"}""");
        await File.WriteAllTextAsync(directory.File("canary"), "planted-value-number-one\n");

        var leaky = await ServiceProcess.CaptureAsync(directory, new Dictionary<string, string>(), "history", "scan", directory.File("leaky.json"), "--value-file", directory.File("canary"));
        var clean = await ServiceProcess.CaptureAsync(directory, new Dictionary<string, string>(), "history", "scan", directory.File("clean.json"), "--value-file", directory.File("canary"));

        leaky.ExitCode.ShouldBe(1, leaky.Error);
        leaky.Output.ShouldContain("event 1 WorkflowExecutionStarted");
        leaky.Output.ShouldContain("slack-token");
        leaky.Output.ShouldContain("canary");
        leaky.Error.ShouldContain("1 histories, 1 events: 2 findings");
        (leaky.Output + leaky.Error).ShouldNotContain(token);
        clean.ExitCode.ShouldBe(0, clean.Output + clean.Error);
        clean.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task TokensTree_OfARunningTree_PrintsEpochAndPolicyOfEachNode()
    {
        using var directory = new TemporaryDirectory();
        await using var identities = await TestIdentityProvider.StartAsync();
        await using var service = await ServiceProcess.UpAsync(directory, new Dictionary<string, string>([.. identities.Settings, .. ApiTokenTests.Workers]));
        var token = identities.Token("alice", "acme", t => t.Claims["scope"] = "token:rotate");
        using (var rest = new RestClient(service.Rest, token))
            await rest.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "shown", input = new { depth = 1, fanout = 2, apiToken = "secret-that-is-not-shown", apiUrl = "https://api.example.com/" } });
        await TokenTrees.BecomesAsync(service.Grpc, token, "shown/1", 1);

        var connection = new Dictionary<string, string> { ["MANDATE_TEMPORAL__ADDRESS"] = service.Grpc, ["MANDATE_TEMPORAL__APIKEY"] = token };
        var tree = await ServiceProcess.CaptureAsync(directory, connection, "tokens", "tree", "shown");
        var json = await ServiceProcess.CaptureAsync(directory, connection, "tokens", "tree", "shown", "--json");
        var scan = await ServiceProcess.CaptureAsync(directory, connection, "history", "scan");

        tree.ExitCode.ShouldBe(0, tree.Error);
        tree.Output.ShouldContain("shown  root  shown epoch 1 active");
        tree.Output.ShouldContain("shown/0  inherit  shown epoch 1 active");
        tree.Output.ShouldNotContain("secret-that-is-not-shown");
        System.Text.Json.JsonDocument.Parse(json.Output).RootElement.GetProperty("children").GetArrayLength().ShouldBe(2);
        scan.ExitCode.ShouldBe(0, scan.Output + scan.Error);
        scan.Error.ShouldContain("3 histories");
    }

    [Fact]
    public async Task TokensTree_EmptyFileOfTheAccessToken_SaysSo()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("token"), "\n");

        var (code, _, error) = await ServiceProcess.CaptureAsync(directory, new Dictionary<string, string>(), "tokens", "tree", "any", "--set", "Temporal:ApiKeyFile=" + directory.File("token"));

        code.ShouldBe(2, error);
        error.ShouldContain("Mandate:Temporal:ApiKeyFile");
        error.ShouldContain("is empty");
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task VaultKeysRotate_UnderARunningService_TokensStayUsable()
    {
        using var directory = new TemporaryDirectory();
        await using var identities = await TestIdentityProvider.StartAsync();
        var settings = new Dictionary<string, string>([.. identities.Settings, .. ApiTokenTests.Workers]);
        await using var service = await ServiceProcess.UpAsync(directory, settings);
        var token = identities.Token("alice", "acme", t => t.Claims["scope"] = "token:rotate");
        using var rest = new RestClient(service.Rest, token);
        await rest.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "kept", input = new { depth = 1, fanout = 1, apiToken = "secret-before-the-keys", apiUrl = "https://api.example.com/" } });
        await TokenTrees.BecomesAsync(service.Grpc, token, "kept/0", 1);

        var before = await ServiceProcess.CaptureAsync(directory, settings, "vault-keys", "list");
        var rotated = await ServiceProcess.CaptureAsync(directory, settings, "vault-keys", "rotate");
        await rest.PostAsync("/v1/executions/kept/api-token", new { token = "secret-after-the-keys" });

        before.Output.ShouldContain("wraps");
        rotated.ExitCode.ShouldBe(0, rotated.Error);
        rotated.Output.ShouldContain(before.Output.Split(' ')[0] + "  unwraps only");
        rotated.Output.ShouldContain("1 secrets sealed anew");
        await TokenTrees.BecomesAsync(service.Grpc, token, "kept/0", 2);
        using var elsewhere = new TemporaryDirectory();
        (await ServiceProcess.CaptureAsync(directory, settings, "vault-keys", "rotate", "--data-directory", elsewhere.Path)).Error.ShouldContain("There is no vault at");
    }

    private static Task WriteAsync(string file, string json) =>
        File.WriteAllTextAsync(file, History.Replace("DATA", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(json)), StringComparison.Ordinal));
}
