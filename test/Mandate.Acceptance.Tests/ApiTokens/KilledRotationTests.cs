using System.Net;
using System.Net.Sockets;
using Mandate.Acceptance.Tests.Support;
using Mandate.Stateful.Scanning;
using Mandate.Testing;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.ApiTokens;

public sealed class KilledRotationTests
{
    private const int Fanout = 12;
    private const int Workflows = 1 + Fanout + (Fanout * Fanout);

    [Fact]
    [Scenario("stateful-workflow", 17)]
    public async Task Rotation_WorkerAndEngineKilledInTheMiddle_EveryWorkflowReachesTheNewEpoch()
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
        try
        {
            using (var rest = new RestClient(service.Rest, Alice()))
            {
                (await rest.PostAsync("/v1/executions", new { workflowType = "TokenTree", workflowId = "killed", input = new { depth = 2, fanout = Fanout, apiToken = "secret-before-the-kill", apiUrl = "https://api.example.com" } }))
                    .Status.ShouldBe(HttpStatusCode.Created);
            }

            await ReachesAsync(1, all: true);

            for (var epoch = 2; epoch <= 3; epoch++)
            {
                using var rest = new RestClient(service.Rest, Alice());
                var rotation = Record.ExceptionAsync(() => rest.PostAsync("/v1/executions/killed/api-token", new { token = $"secret-of-the-kill-{epoch}" }));
                await ReachesAsync(epoch, all: false);
                if (epoch == 2)
                {
                    await Task.WhenAll(worker.KillAsync(), service.KillAsync());
                }
                else
                {
                    // Once more with the worker alone, while the engine goes on.
                    await worker.KillAsync();
                }

                await worker.DisposeAsync();
                if (epoch == 2)
                {
                    await rotation;
                    await service.DisposeAsync();
                    service = await ServiceProcess.UpAsync(directory, settings);
                }

                worker = StartWorker();
                await rotation;
                await ReachesAsync(epoch, all: true);
            }
        }
        finally
        {
            await worker.DisposeAsync();
            await service.DisposeAsync();
        }

        // Nor did the kills leave a secret anywhere; what is no secret is found there, so the look was at the right bytes.
        var written = Directory.EnumerateFiles(directory.File("data"), "*", SearchOption.AllDirectories).Select(f => (Place: f, Content: File.ReadAllBytes(f))).ToList();
        written.ShouldContain(f => new ValuePattern("control", "https://api.example.com").IsIn(f.Content));
        foreach (var (place, content) in written)
        {
            foreach (var secret in (string[])["secret-before-the-kill", "secret-of-the-kill-2", "secret-of-the-kill-3"])
                new ValuePattern(secret, secret).IsIn(content).ShouldBeFalse($"{secret} is in {place}");
        }

        ServiceProcess StartWorker() => ServiceProcess.StartWorker(directory, new Dictionary<string, string>([.. ApiTokenTests.Workers])
        {
            ["MANDATE_TEMPORAL__ADDRESS"] = service.Grpc,
            ["MANDATE_TEMPORAL__APIKEY"] = identities.WorkerToken(),
            ["MANDATE_IDENTITY__KEYSADDRESS"] = new Uri(service.Rest, "/.well-known/jwks.json").ToString(),
            ["MANDATE_WORKERS__0__STICKYTIMEOUT"] = "00:00:01",
        });

        // Until all show the epoch, or, to strike in the middle, until the root does: it hands it on from then.
        async Task ReachesAsync(long epoch, bool all)
        {
            await using var client = await TokenTrees.ConnectAsync(service.Grpc, Alice());
            string[] ids = ["killed", .. Enumerable.Range(0, Fanout).Select(i => $"killed/{i}"), .. Enumerable.Range(0, Fanout * Fanout).Select(i => $"killed/{i / Fanout}/{i % Fanout}")];
            ids.Length.ShouldBe(Workflows);
            foreach (var id in all ? ids : ids[..1])
                await Patience.UntilAsync(async () => await TokenTrees.EpochOfAsync(client, id) == epoch, $"{id} to show epoch {epoch}");
        }
    }
}
