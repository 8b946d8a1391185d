using System.Net;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;
using Mandate.Testing;

namespace Mandate.Acceptance.Tests.Survival;

public sealed class IdentityAfterKillTests
{
    [Fact]
    [Scenario("identity", 12)]
    public async Task Run_EngineAndWorkerKilledInItsMiddle_ActsForTheSameUserAfterwards()
    {
        using var directory = new Support.TemporaryDirectory();
        await using var identities = await TestIdentityProvider.StartAsync();
        var settings = new Dictionary<string, string>([.. identities.Settings, .. ServiceFixture.Workers]) { ["MANDATE_WORKERS__0__STICKYTIMEOUT"] = "00:00:01" };
        var service = await ServiceProcess.UpAsync(directory, settings);
        try
        {
            using (var alice = new RestClient(service.Rest, identities.Token("alice", "acme")))
                Expect.Success(await alice.PostAsync("/v1/executions", new { workflowType = WaitingWorkflow.TypeName, workflowId = "survivor" }), HttpStatusCode.Created);
            await using (var engine = new EngineClient(service.Grpc, identities.OperatorToken()))
                await Patience.UntilAsync(async () => (await engine.HistoryAsync("survivor")).Any(e => e.EventType == Protocol.Api.Enums.V1.EventType.WorkflowTaskCompleted), "the workflow to wait");

            await service.KillAsync();
            await service.DisposeAsync();
            service = await ServiceProcess.UpAsync(directory, settings);

            using var bob = new RestClient(service.Rest, identities.Token("bob", "acme"));
            (await bob.PostAsync("/v1/executions/survivor/signals/go", content: null)).Status.ShouldBe(HttpStatusCode.Accepted);
            var execution = await RestWait.UntilEndedAsync(bob, "survivor");
            execution.GetProperty("result").EnumerateArray().Select(e => e.GetString()).ShouldBe(["alice@acme", "bob@acme"]);
            execution.GetProperty("principal").ToString().ShouldBe("""{"userId":"alice","tenantId":"acme"}""");
        }
        finally
        {
            await service.DisposeAsync();
        }
    }
}
