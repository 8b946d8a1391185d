using System.Net;
using Mandate.Acceptance.Tests.Support;
using Mandate.Stateful;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>What is answered to a rotation while no worker runs holds, whatever happens then.</summary>
public sealed class UnansweredRotationTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private Dictionary<string, string> _settings = null!;
    private TestIdentityProvider _identities = null!;
    private ServiceProcess _service = null!;
    private ServiceProcess? _worker;

    public async Task InitializeAsync()
    {
        _identities = await TestIdentityProvider.StartAsync();
        await File.WriteAllTextAsync(_directory.File("secrets.json"), """{ "crm": { "token": "secret-of-the-late-source" } }""");
        _settings = new([.. _identities.Settings])
        {
            ["MANDATE_WORKFLOWS__TokenTree__TASKQUEUE"] = TokenWorkflow.TaskQueue,
            ["MANDATE_APITOKENS__SOURCES__crm__STORE__KIND"] = "File",
            ["MANDATE_APITOKENS__SOURCES__crm__STORE__PATH"] = _directory.File("secrets.json"),
            ["MANDATE_APITOKENS__SOURCES__crm__STORE__SECRETNAME"] = "crm",
            ["MANDATE_APITOKENS__SOURCES__crm__KEY"] = "token",
            ["MANDATE_APITOKENS__SOURCES__crm__HOSTS__0"] = "api.example.com",
        };
        _service = await ServiceProcess.UpAsync(_directory, _settings);
        StartWorker();
        using var rest = new RestClient(_service.Rest, Alice());
        (await rest.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "tree", input = new { depth = 1, fanout = 1, apiToken = "secret-before-the-kill", apiUrl = "https://api.example.com" } }))
            .Status.ShouldBe(HttpStatusCode.Created);
        await ReachesAsync(1);
        await StopWorkerAsync();
    }

    public async Task DisposeAsync()
    {
        await StopWorkerAsync();
        await _service.DisposeAsync();
        await _identities.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Rotation_AcceptedAndTheServiceKilled_ReachesTheTreeOnceAWorkerIsBack()
    {
        await AcceptedAsync(new { token = "secret-after-the-kill" }, epoch: 2);

        await KillAsync();
        StartWorker();
        await ReachesAsync(2);

        // A revocation is in the vault at once; that the workflows know of it has to hold as well.
        await StopWorkerAsync();
        await AcceptedAsync(new { revoke = true }, epoch: 3);
        await KillAsync();
        StartWorker();
        await ReachesAsync(3);
    }

    [Fact]
    public async Task Source_NamedWhileNoWorkerRuns_IsNotSaidToBeAcceptedAndUndoesNothingThatIsSetThen()
    {
        using var rest = new RestClient(_service.Rest, Alice());

        // It knows of no token, so it cannot tell by what it holds that something newer was set.
        (await rest.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "bare", input = new { depth = 0, fanout = 0, apiUrl = "https://api.example.com" } })).Status.ShouldBe(HttpStatusCode.Created);

        var answer = await rest.PostAsync("/v1/executions/bare/api-token", new { source = "crm" });

        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Body.GetProperty("type").GetString().ShouldBe("urn:mandate:problem:api-token-unavailable");
        answer.Body.GetProperty("detail").GetString()!.ShouldContain("may still be asked once a worker runs");

        // The engine has it still, and gives it to the worker together with what was set by hand.
        await AcceptedAsync(new { token = "secret-set-by-hand" }, epoch: 1, "bare");
        StartWorker();
        await Patience.UntilAsync(async () => await RefusedLateAsync(), "the late request to be refused");
        await TokenTrees.BecomesAsync(_service.Grpc, Alice(), "bare", 1);
    }

    /// <summary>Whether the workflow has answered an update by saying that something newer was set.</summary>
    private async Task<bool> RefusedLateAsync() => (await TokenReplays.HistoriesAsync(_service.Grpc, Alice())).SelectMany(h => h.Events)
        .Any(e => e.WorkflowExecutionUpdateCompletedEventAttributes?.Outcome.Failure?.ToString().Contains(ApiTokenFailureTypes.Superseded, StringComparison.Ordinal) == true);

    private string Alice() => _identities.Token("alice", "acme", t => t.Claims["scope"] = "token:rotate");

    private async Task AcceptedAsync(object body, long epoch, string id = "tree")
    {
        using var rest = new RestClient(_service.Rest, Alice());
        var answer = await rest.PostAsync($"/v1/executions/{id}/api-token", body);
        answer.Status.ShouldBe(HttpStatusCode.OK);
        (answer.Body.GetProperty("state").GetString(), answer.Body.GetProperty("token").GetProperty("epoch").GetInt64()).ShouldBe(("accepted", epoch));
    }

    private async Task KillAsync()
    {
        await _service.KillAsync();
        await _service.DisposeAsync();
        _service = await ServiceProcess.UpAsync(_directory, _settings);
    }

    private void StartWorker() =>
        _worker = ServiceProcess.StartWorker(_directory, new Dictionary<string, string>([.. ApiTokenTests.Workers])
        {
            ["MANDATE_TEMPORAL__ADDRESS"] = _service.Grpc,
            ["MANDATE_TEMPORAL__APIKEY"] = _identities.WorkerToken(),
            ["MANDATE_IDENTITY__KEYSADDRESS"] = new Uri(_service.Rest, "/.well-known/jwks.json").ToString(),
            ["MANDATE_WORKERS__0__STICKYTIMEOUT"] = "00:00:01",
        });

    private async Task StopWorkerAsync()
    {
        if (_worker is { } worker)
            await worker.DisposeAsync();
        _worker = null;
    }

    private async Task ReachesAsync(long epoch)
    {
        foreach (var id in (string[])["tree", "tree/0"])
            await TokenTrees.BecomesAsync(_service.Grpc, Alice(), id, epoch);
    }
}
