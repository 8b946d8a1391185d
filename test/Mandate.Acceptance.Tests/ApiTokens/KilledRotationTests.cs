using System.Net;
using System.Text;
using Mandate.Acceptance.Tests.Support;
using Mandate.Protocol.Api.Common.V1;
using Mandate.Stateful;
using Mandate.Stateful.Scanning;
using Mandate.Temporal.Common;
using Mandate.Temporal.Worker;
using Mandate.Testing;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens;

public sealed class KilledRotationTests
{
    private const int Fanout = 12;
    private const int Workflows = 1 + Fanout + (Fanout * Fanout);

    [Fact]
    [Scenario("stateful-workflow", 17)]
    [Scenario("stateful-workflow", 20)]
    public async Task Rotation_WorkerAndEngineKilledInTheMiddle_EveryWorkflowReachesTheNewEpochAndEveryHistoryReplays()
    {
        using var directory = new TemporaryDirectory();
        await using var identities = await TestIdentityProvider.StartAsync();
        string Alice() => identities.Token("alice", "acme", t => t.Claims["scope"] = "token:rotate");
        var settings = new Dictionary<string, string>([.. identities.Settings]) { ["MANDATE_WORKFLOWS__TokenTree__TASKQUEUE"] = TokenWorkflow.TaskQueue };
        var service = await ServiceProcess.UpAsync(directory, settings);
        // They come back at the addresses they are known by.
        settings["MANDATE_GRPC__ADDRESS"] = service.Grpc;
        settings["MANDATE_REST__ADDRESS"] = service.Rest.ToString().TrimEnd('/');
        var worker = StartWorker();
        var (logs, secrets) = (new List<string>(), new List<string> { "secret-before-the-kill" });
        IReadOnlyList<WorkflowHistory> histories;
        try
        {
            using (var rest = new RestClient(service.Rest, Alice()))
            {
                (await rest.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "killed", input = new { depth = 2, fanout = Fanout, apiToken = secrets[0], apiUrl = "https://api.example.com" } }))
                    .Status.ShouldBe(HttpStatusCode.Created);
            }

            await ReachesAsync(1, all: true);

            // First both are killed, then the worker alone while the engine goes on. One child stands still until then, so that its own children cannot have heard.
            foreach (var (epoch, both) in ((long, bool)[])[(2, true), (3, false)])
            {
                secrets.Add($"secret-of-the-kill-{epoch}");
                var hold = directory.File($"hold-{epoch}");
                await File.WriteAllTextAsync(hold, "");
                await HoldAsync("killed/0", hold);
                using var rest = new RestClient(service.Rest, Alice());
                var rotation = Record.ExceptionAsync(() => rest.PostAsync("/v1/executions/killed/api-token", new { token = secrets[^1] }));
                await ReachesAsync(epoch, all: false);
                await Task.WhenAll(worker.KillAsync(), both ? service.KillAsync() : Task.CompletedTask);
                logs.Add(worker.Output);
                await worker.DisposeAsync();
                if (both)
                {
                    await rotation;
                    logs.Add(service.Output);
                    await service.DisposeAsync();
                    service = await ServiceProcess.UpAsync(directory, settings);
                }

                (await HaveHeardAsync(epoch)).ShouldBeLessThanOrEqualTo(Workflows - 1 - Fanout, "the kill came after the rotation was over");
                File.Delete(hold);
                worker = StartWorker();
                await rotation;
                await ReachesAsync(epoch, all: true);
            }

            histories = await TokenReplays.HistoriesAsync(service.Grpc, Alice());
            histories.Select(h => h.Id).Distinct().Count().ShouldBe(Workflows);
            foreach (var result in await TokenReplays.ReplayAsync<TokenWorkflow>(service.Rest, histories))
                result.ReplayFailure.ShouldBeNull($"{result.History.Id} does not replay");
            (await TokenReplays.ReplayAsync<ShorterTokenWorkflow>(service.Rest, histories.Where(h => h.Id == "killed/0"))).ShouldAllBe(r => r.ReplayFailure is WorkflowNondeterminismException);
        }
        finally
        {
            await worker.DisposeAsync();
            await service.DisposeAsync();
        }

        logs.AddRange([worker.Output, service.Output]);
        NoSecretIsIn(secrets, [
            .. Directory.EnumerateFiles(directory.File("data"), "*", SearchOption.AllDirectories).Select(f => (f, File.ReadAllBytes(f))),
            .. histories.Select(h => ($"the history of {h.Id}", Encoding.UTF8.GetBytes(h.ToJson()))),
            .. logs.Select(l => ("a log", Encoding.UTF8.GetBytes(l)))]);

        ServiceProcess StartWorker() => ServiceProcess.StartWorker(directory, new Dictionary<string, string>([.. ApiTokenTests.Workers])
        {
            ["MANDATE_TEMPORAL__ADDRESS"] = service.Grpc,
            ["MANDATE_TEMPORAL__APIKEY"] = identities.WorkerToken(),
            ["MANDATE_IDENTITY__KEYSADDRESS"] = new Uri(service.Rest, "/.well-known/jwks.json").ToString(),
            ["MANDATE_WORKERS__0__STICKYTIMEOUT"] = "00:00:01",
        });

        async Task HoldAsync(string id, string file)
        {
            await using var client = await TokenTrees.ConnectAsync(service.Grpc, Alice());
            await client.GetWorkflowHandle(id).SignalAsync("hold", [file]);
        }

        // Until all show the epoch, or, to strike in the middle, until the root does: it hands it on from then.
        async Task ReachesAsync(long epoch, bool all)
        {
            await using var client = await TokenTrees.ConnectAsync(service.Grpc, Alice());
            string[] ids = ["killed", .. Enumerable.Range(0, Fanout).Select(i => $"killed/{i}"), .. Enumerable.Range(0, Fanout * Fanout).Select(i => $"killed/{i / Fanout}/{i % Fanout}")];
            ids.Length.ShouldBe(Workflows);
            foreach (var id in all ? ids : ids[..1])
                await Patience.UntilAsync(async () => await TokenTrees.EpochOfAsync(client, id) == epoch, $"{id} to show epoch {epoch}");
        }

        // How many workflows below the root were sent the epoch, while no worker runs.
        async Task<int> HaveHeardAsync(long epoch) => (await TokenReplays.HistoriesAsync(service.Grpc, Alice())).Count(h => h.Id != "killed" && h.Events.Any(e => Heard(e.WorkflowExecutionSignaledEventAttributes?.Input, epoch)));
    }

    private static bool Heard(Payloads? signal, long epoch) => signal?.Payloads_ is [var payload, ..] && payload.Data.ToStringUtf8().Contains($"\"epoch\":{epoch},", StringComparison.Ordinal);

    /// <summary>Nor did the kills leave a secret anywhere. What is no secret is found in each kind of place, so the look was at the right bytes.</summary>
    private static void NoSecretIsIn(IReadOnlyList<string> secrets, IReadOnlyList<(string Place, byte[] Content)> written)
    {
        var control = new ValuePattern("control", TokenWorkflow.TaskQueue);
        foreach (var kind in (string[])["/engine/", "the history of", "a log"])
            written.ShouldContain(w => w.Place.Contains(kind, StringComparison.Ordinal) && control.IsIn(w.Content), $"the control is not found in {kind}");
        foreach (var pattern in secrets.Select(s => new ValuePattern(s, s)))
            written.Where(w => pattern.IsIn(w.Content)).Select(w => w.Place).ShouldBeEmpty();
    }
}
