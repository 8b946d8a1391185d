using System.Net;
using System.Text;
using System.Text.Json;
using Mandate.Acceptance.Tests.Support;
using Mandate.Protocol.Api.Enums.V1;
using Mandate.Stateful.Scanning;
using Mandate.Temporal.Client;
using Mandate.Testing;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>API tokens through the whole program: REST, the pipeline, official clients, workers in processes of their own.</summary>
public sealed class ApiTokenTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private TestIdentityProvider _identities = null!;
    private ServiceProcess _service = null!;
    private TokenApi _api = null!;

    internal static Dictionary<string, string> Workers => new()
    {
        ["MANDATE_WORKERS__0__ASSEMBLY"] = typeof(TokenWorkflow).Assembly.Location,
        ["MANDATE_WORKERS__0__TASKQUEUE"] = TokenWorkflow.TaskQueue,
        ["MANDATE_WORKERS__0__TYPES__0"] = typeof(TokenWorkflow).FullName!,
        ["MANDATE_WORKERS__0__TYPES__1"] = typeof(TokenActivities).FullName!,
        ["MANDATE_WORKERS__0__TYPES__2"] = typeof(LoopingWorkflow).FullName!,
    };

    public async Task InitializeAsync()
    {
        _identities = await TestIdentityProvider.StartAsync();
        _api = await TokenApi.StartAsync();
        _service = await ServiceProcess.UpAsync(_directory, new Dictionary<string, string>([.. _identities.Settings]) { ["MANDATE_WORKFLOWS__TokenTree__TASKQUEUE"] = TokenWorkflow.TaskQueue });
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _api.DisposeAsync();
        await _identities.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Scenario("stateful-workflow", 21)]
    public async Task OfficialClient_RawTokens_ReachTheVaultAndOnlyReferencesTheHistory()
    {
        const string atStart = "typescript-secret-at-start-1";
        const string bySignal = "typescript-secret-by-signal-2";
        const string byUpdate = "typescript-secret-by-update-3";
        await using var worker = StartWorker();
        var token = RotatorToken();

        // The history is looked at before anybody waits for the workflow: one that has got a token in clear cannot read its argument, and would not get on.
        await TypeScriptAsync(token, "start", "tree", new { type = "TokenTree", taskQueue = TokenWorkflow.TaskQueue, input = new { depth = 1, fanout = 1, apiToken = atStart, apiUrl = _api.Address } });
        await HoldsAReferenceAsync("tree", EventType.WorkflowExecutionStarted, epoch: 1, atStart);
        await BecomesAsync("tree/0", 1);
        (await CallAsync("tree/0")).ShouldBe(atStart);
        await TypeScriptAsync(token, "signal", "tree", bySignal);
        await HoldsAReferenceAsync("tree", EventType.WorkflowExecutionSignaled, epoch: 2, bySignal);
        await BecomesAsync("tree/0", 2);
        (await CallAsync("tree/0")).ShouldBe(bySignal);
        var report = await TypeScriptAsync(token, "update", "tree", new { token = byUpdate, hosts = new[] { _api.Address } });
        await HoldsAReferenceAsync("tree", EventType.WorkflowExecutionUpdateAccepted, epoch: 3, byUpdate);
        (await CallAsync("tree/0")).ShouldBe(byUpdate);

        report.GetProperty("levels")[0].GetProperty("delivered").GetInt32().ShouldBe(1);
        var shown = await TypeScriptAsync(token, "query", "tree", null);
        shown.GetProperty("epoch").GetInt64().ShouldBe(3);
        shown.GetProperty("fingerprint").GetString()!.Length.ShouldBe(32);
        await using var engine = new EngineClient(_service.Grpc, _identities.OperatorToken());
        foreach (var id in (string[])["tree", "tree/0"])
        {
            var events = await engine.HistoryAsync(id);
            var history = string.Join('\n', events);
            // What is compressed there is inflated by the scanner alone.
            new HistoryScanner([new("start", atStart), new("signal", bySignal), new("update", byUpdate)]).Scan(id, events).Findings.ShouldBeEmpty();
            Decoded(history).ShouldContain(shown.GetProperty("fingerprint").GetString()!);
            foreach (var secret in (string[])[atStart, bySignal, byUpdate])
                await NowhereAsync(secret, history, worker.Output);
        }
    }

    [Fact]
    public async Task Worker_RawTokenInItsOwnContinueAsNew_ReachesTheVaultAndOnlyAReferenceTheHistory()
    {
        await using var worker = StartWorker();

        await TypeScriptAsync(RotatorToken(), "start", "loop", new { type = "TokenLoop", taskQueue = TokenWorkflow.TaskQueue, input = new { depth = 0 } });

        await using var client = await TokenTrees.ConnectAsync(_service.Grpc, RotatorToken());
        await Patience.UntilAsync(async () => await GivenAsync(client, "loop") == "loop 1", "the second run to be given a reference");
        await NowhereAsync(LoopingWorkflow.Secret, "", worker.Output);
    }

    [Fact]
    public async Task Worker_NarrowsForItsChild_ProvesWhichWorkflowItWorksForByItsTask()
    {
        await using var worker = StartWorker();

        await TypeScriptAsync(RotatorToken(), "start", "narrowing", new { type = "TokenTree", taskQueue = TokenWorkflow.TaskQueue, input = new { depth = 1, fanout = 1, narrowTo = new[] { _api.Address }, apiToken = "typescript-secret-to-narrow", apiUrl = _api.Address } });

        await BecomesAsync("narrowing/0", 1);
        (await CallAsync("narrowing/0")).ShouldBe("typescript-secret-to-narrow");
        using var alice = new RestClient(_service.Rest, RotatorToken());
        var recorded = (await alice.AuditEventsAsync("&type=api-token.narrow")).ShouldHaveSingleItem();
        (recorded.GetProperty("actor").GetProperty("type").GetString(), recorded.GetProperty("actor").GetProperty("id").GetString()).ShouldBe(("workflow", "narrowing"));
        recorded.GetProperty("resource").GetProperty("id").GetString().ShouldBe("narrowing/0");
    }

    [Fact]
    public async Task OfficialClient_WithoutTheScopeOrOfAnotherTenant_IsRefusedAndNothingIsSet()
    {
        await using var worker = StartWorker();
        await TypeScriptAsync(RotatorToken(), "start", "refused", new { type = "TokenTree", taskQueue = TokenWorkflow.TaskQueue, input = new { apiToken = "typescript-secret-that-stays", apiUrl = _api.Address } });
        await BecomesAsync("refused", 1);

        foreach (var token in (string[])[_identities.Token("bob", "acme"), _identities.Token("eve", "evil", t => t.Claims["scope"] = "token:rotate")])
            await Should.ThrowAsync<InvalidOperationException>(() => TypeScriptAsync(token, "signal", "refused", "typescript-secret-refused-1"));

        (await CallAsync("refused")).ShouldBe("typescript-secret-that-stays");
        using var alice = new RestClient(_service.Rest, RotatorToken());
        (await alice.AuditEventsAsync("&type=api-token.set")).Count(e => e.GetProperty("result").GetString() == "denied").ShouldBe(1);
        await NowhereAsync("typescript-secret-refused-1", "", worker.Output);
    }

    [Fact]
    [Scenario("audit", 1)]
    public async Task Rest_SetRotateRevoke_HoldsAtOnceAndReportsTheTree()
    {
        await using var worker = StartWorker();
        using var alice = new RestClient(_service.Rest, RotatorToken());
        (await alice.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "rest", input = new { depth = 1, fanout = 2, apiToken = "rest-secret-at-start-1", apiUrl = _api.Address } })).Status.ShouldBe(HttpStatusCode.Created);
        await BecomesAsync("rest/1", 1);
        (await CallAsync("rest/1")).ShouldBe("rest-secret-at-start-1");

        var (status, body) = await alice.PostAsync("/v1/executions/rest/api-token", new { token = "rest-secret-rotated-2" });
        status.ShouldBe(HttpStatusCode.OK, body.ToString());
        body.GetProperty("state").GetString().ShouldBe("delivered");
        body.GetProperty("token").GetProperty("epoch").GetInt64().ShouldBe(2);
        body.GetProperty("levels")[0].GetProperty("delivered").GetInt32().ShouldBe(2);
        (await CallAsync("rest/0")).ShouldBe("rest-secret-rotated-2");

        using var bob = new RestClient(_service.Rest, _identities.Token("bob", "acme"));
        (await bob.PostAsync("/v1/executions/rest/api-token", new { token = "rest-secret-of-bob" })).Status.ShouldBe(HttpStatusCode.Forbidden);
        using var eve = new RestClient(_service.Rest, _identities.Token("eve", "evil", t => t.Claims["scope"] = "token:rotate"));
        (await eve.PostAsync("/v1/executions/rest/api-token", new { token = "rest-secret-of-eve" })).Status.ShouldBe(HttpStatusCode.NotFound);
        foreach (var wrong in (object[])[new { }, new { token = "x", revoke = true }, new { token = "" }, new { token = "x", hosts = new[] { "https://user@host/" } }, new { tokn = "rest-secret-misspelt" }, new { source = "s", hosts = new[] { "h" } }, new { token = "pässwörd" }])
            (await alice.PostAsync("/v1/executions/rest/api-token", wrong)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await alice.PostAsync("/v1/executions/rest/api-token", new { source = "nowhere" })).Status.ShouldBe(HttpStatusCode.BadRequest);

        (await alice.PostAsync("/v1/executions/rest/api-token", new { revoke = true })).Body.GetProperty("token").GetProperty("epoch").GetInt64().ShouldBe(3);
        (await Should.ThrowAsync<WorkflowUpdateFailedException>(() => CallAsync("rest/1"))).ToString().ShouldContain("revoked");
        var events = await alice.AuditEventsAsync();
        events.Count(e => e.GetProperty("type").GetString() == "execution.api-token" && e.GetProperty("result").GetString() == "success").ShouldBe(2);
        events.Where(e => e.GetProperty("type").GetString() == "execution.api-token").ShouldContain(e => e.GetProperty("result").GetString() == "denied" && e.GetProperty("actor").GetProperty("id").GetString() == "bob");
        events.Count(e => e.GetProperty("type").GetString() == "api-token.redeem").ShouldBe(3);
        // The worker is a process of its own: that it works for that workflow its task proves.
        events.Where(e => e.GetProperty("type").GetString() == "api-token.redeem").Select(e => e.GetProperty("actor").GetProperty("id").GetString()).ShouldBe(["rest/0", "rest/1", "rest/1"], ignoreOrder: true);
        events.ShouldContain(e => e.GetProperty("type").GetString() == "api-token.set" && e.GetProperty("result").GetString() == "success", "the token that came with the start");
        events.Where(e => e.GetProperty("type").GetString() == "execution.api-token" && e.GetProperty("result").GetString() == "success").Select(e => e.GetProperty("metadata").GetProperty("operation").GetString())
            .ShouldBe(["set", "revoke"]);
        foreach (var secret in (string[])["rest-secret-at-start-1", "rest-secret-rotated-2", "rest-secret-of-bob", "rest-secret-of-eve", "rest-secret-misspelt"])
            await NowhereAsync(secret, "", worker.Output);
    }

    [Fact]
    public async Task Rest_WorkflowThatWasStartedWithAnAddressAlone_BindsTheTokenToItsHost()
    {
        await using var worker = StartWorker();
        using var alice = new RestClient(_service.Rest, RotatorToken());
        await alice.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "addressed", input = new { depth = 1, fanout = 1, apiUrl = _api.Address } });
        await alice.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "nowhere", input = new { depth = 0 } });
        await BecomesAsync("addressed/0", 0);

        (await alice.PostAsync("/v1/executions/addressed/api-token", new { token = "rest-secret-for-the-address" })).Body.GetProperty("state").GetString().ShouldBe("delivered");
        (await CallAsync("addressed/0")).ShouldBe("rest-secret-for-the-address");
        (await alice.PostAsync("/v1/executions/addressed%2F0/api-token", new { token = "rest-secret-of-the-child" })).Body.GetProperty("state").GetString().ShouldBe("delivered");
        (await CallAsync("addressed/0")).ShouldBe("rest-secret-of-the-child");

        var (status, body) = await alice.PostAsync("/v1/executions/nowhere/api-token", new { token = "rest-secret-for-nowhere" });
        status.ShouldBe(HttpStatusCode.BadRequest, body.ToString());
        body.ToString().ShouldContain("hosts");
        await NowhereAsync("rest-secret-for-nowhere", "", worker.Output);
    }

    [Fact]
    public async Task Rest_WorkflowThatTakesNoTokens_KeepsNoneOfIt()
    {
        await using var worker = StartWorker();
        using var alice = new RestClient(_service.Rest, RotatorToken());
        await TypeScriptAsync(RotatorToken(), "start", "plain", new { type = "TokenLoop", taskQueue = TokenWorkflow.TaskQueue, input = new { depth = 0 } });
        await using var client = await TokenTrees.ConnectAsync(_service.Grpc, RotatorToken());
        await Patience.UntilAsync(async () => await GivenAsync(client, "plain") == "plain 1", "the second run to be given a reference");

        var (status, body) = await alice.PostAsync("/v1/executions/plain/api-token", new { token = "rest-secret-nobody-takes", hosts = new[] { "api.example.com" } });

        status.ShouldBe(HttpStatusCode.Conflict, body.ToString());
        await using var vault = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_directory.File("data"), "vault.db")};Mode=ReadOnly");
        await vault.OpenAsync();
        await using var command = vault.CreateCommand();
        command.CommandText = "SELECT COUNT(*), MAX(epoch) FROM mandate_vault_credentials WHERE tree = 'plain'";
        await using var row = await command.ExecuteReaderAsync();
        (await row.ReadAsync()).ShouldBeTrue();
        (row.GetInt64(0), row.GetInt64(1)).ShouldBe((1, 1), "only what the workflow has set itself");
    }

    [Fact]
    public async Task Worker_WithoutCredentialsOfAWorker_GetsNoToken()
    {
        using var alice = new RestClient(_service.Rest, RotatorToken());
        using var nobody = new RestClient(_service.Rest, token: null);
        var call = new { principal = "x", workflowId = "w", runId = "r", reference = new { name = "n", epoch = 1, fingerprint = "f" }, target = _api.Address };

        (await nobody.PostAsync("/v1/worker/api-tokens/redeem", call)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await alice.PostAsync("/v1/worker/api-tokens/redeem", call)).Status.ShouldBe(HttpStatusCode.Forbidden);
        using var worker = new RestClient(_service.Rest, _identities.WorkerToken());
        var (status, body) = await worker.PostAsync("/v1/worker/api-tokens/redeem", call);
        status.ShouldBe(HttpStatusCode.OK);
        body.GetProperty("error").GetString().ShouldBe("unknown");
    }

    /// <summary>What <see cref="LoopingWorkflow"/> was given in place of its token; empty while it cannot be asked.</summary>
    private static async Task<string> GivenAsync(TemporalClient client, string workflowId)
    {
        try
        {
            return await client.GetWorkflowHandle(workflowId).QueryAsync<string>("given", []);
        }
        catch (Exception e) when (e is Protocol.RpcException or WorkflowQueryFailedException)
        {
            return "";
        }
    }

    private ServiceProcess StartWorker() => ServiceProcess.StartWorker(_directory, new Dictionary<string, string>([.. Workers])
    {
        ["MANDATE_TEMPORAL__ADDRESS"] = _service.Grpc,
        ["MANDATE_TEMPORAL__APIKEY"] = _identities.WorkerToken(),
        ["MANDATE_IDENTITY__KEYSADDRESS"] = new Uri(_service.Rest, "/.well-known/jwks.json").ToString(),
    });

    private string RotatorToken() => _identities.Token("alice", "acme", t => t.Claims["scope"] = "token:rotate");

    private async Task<JsonElement> TypeScriptAsync(string accessToken, string operation, string workflowId, object? argument)
    {
        var project = await NodeProject.OpenAsync("test/Mandate.Acceptance.Tests/typescript");
        var output = await Patience.UntilAsync(
            async () => await project.RunNodeAsync("api-token.js", _service.Grpc, accessToken, operation, workflowId, JsonSerializer.Serialize(argument)),
            $"the official client's {operation} of {workflowId}");
        return JsonElement.Parse(output.Trim());
    }

    private Task BecomesAsync(string workflowId, long epoch) => TokenTrees.BecomesAsync(_service.Grpc, RotatorToken(), workflowId, epoch);

    /// <summary>Has a workflow call the API, and says which token came there.</summary>
    private async Task<string?> CallAsync(string workflowId)
    {
        await using var client = await TokenTrees.ConnectAsync(_service.Grpc, RotatorToken());
        await Patience.UntilAsync(async () => await client.GetWorkflowHandle(workflowId).ExecuteUpdateAsync<string>("call", []), $"{workflowId} to call the API");
        return _api.LastToken;
    }

    /// <summary>What came last with an event of a kind is a reference, and the token that was sent is nowhere in the history.</summary>
    private async Task HoldsAReferenceAsync(string workflowId, EventType type, long epoch, string secret)
    {
        await using var engine = new EngineClient(_service.Grpc, _identities.OperatorToken());
        var events = await engine.HistoryAsync(workflowId);
        new ValuePattern("secret", secret).IsIn(Encoding.UTF8.GetBytes(string.Join('\n', events))).ShouldBeFalse($"the token that was sent with {type} is in the history in clear");
        var came = Decoded(events.Last(e => e.EventType == type).ToString());
        came.ShouldContain($"\"epoch\":{epoch}");
        came.ShouldContain("\"fingerprint\":\"");
    }

    private async Task NowhereAsync(string secret, string history, string workerOutput)
    {
        // What is no secret is found by the same look, so it was at the right bytes.
        var (pattern, control) = (new ValuePattern("secret", secret), new ValuePattern("control", TokenWorkflow.TaskQueue));
        var isControlFound = false;
        foreach (var file in Directory.EnumerateFiles(_directory.File("data"), "*", SearchOption.AllDirectories).Where(f => !f.Contains("lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content);
            pattern.IsIn(content).ShouldBeFalse(file);
            isControlFound |= control.IsIn(content);
        }

        isControlFound.ShouldBeTrue("the control is in no file");
        workerOutput.ShouldContain("mandate: worker");
        _service.Output.ShouldContain("mandate: engine ready");

        foreach (var text in (string[])[history, workerOutput, _service.Output])
            pattern.IsIn(Encoding.UTF8.GetBytes(text)).ShouldBeFalse();
    }

    /// <summary>A history with the data of its payloads in clear.</summary>
    private static string Decoded(string history) => System.Text.RegularExpressions.Regex.Replace(
        history, "\"data\": ?\"([^\"]*)\"", m => Encoding.UTF8.GetString(Convert.FromBase64String(m.Groups[1].Value)));
}
