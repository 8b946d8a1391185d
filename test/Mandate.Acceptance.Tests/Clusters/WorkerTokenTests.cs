using System.Net;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;
using Mandate.Testing;
using TemporaryDirectory = Mandate.Acceptance.Tests.Support.TemporaryDirectory;

namespace Mandate.Acceptance.Tests.Clusters;

/// <summary><c>mandate worker</c> against a service that lets nobody in without a token, with an identity provider whose tokens live five seconds.</summary>
public sealed class WorkerTokenTests
{
    private const string Audience = "mandate";

    [Fact]
    [Scenario("worker-authentication", 21)]
    [Scenario("worker-authentication", 24)]
    public async Task Worker_DeployedWithAnotherPrefix_WorksThroughSeveralTokens()
    {
        using var directory = new TemporaryDirectory();
        await using var provider = await OidcProvider.StartAsync(new()
        {
            TokenLifetime = TimeSpan.FromSeconds(5), Scopes = ["mandate:worker"], Clients = [new("postgres", "s3cr3t-canary")],
        });
        await using var service = await ServiceProcess.UpAsync(directory, new Dictionary<string, string>
        {
            ["MANDATE_AUTHENTICATION__AUTHORITY"] = provider.Issuer.OriginalString,
            ["MANDATE_AUTHENTICATION__AUDIENCE"] = Audience,
            [$"MANDATE_WORKFLOWS__{EchoWorkflow.TypeName}__TASKQUEUE"] = EchoWorkflow.TaskQueue,
        });
        await using var worker = ServiceProcess.StartWorker(directory, new Dictionary<string, string>(ServiceFixture.Workers)
        {
            ["MANDATE_IDENTITY__KEYSADDRESS"] = new Uri(service.Rest, "/.well-known/jwks.json").ToString(),
            ["MANDATE_WORKFLOW_ENV_PREFIX"] = "ATLAN_",
            ["ATLAN_WORKFLOW_HOST"] = "127.0.0.1",
            ["ATLAN_WORKFLOW_PORT"] = service.Grpc.Split(':')[^1],
            ["ATLAN_WORKFLOW_AUTH_ENABLED"] = "true",
            ["ATLAN_WORKFLOW_AUTH_URL"] = provider.TokenEndpoint.AbsoluteUri,
            ["ATLAN_WORKFLOW_AUTH_SCOPES"] = "mandate:worker",
            ["ATLAN_WORKFLOW_AUTH_AUDIENCE"] = Audience,
            ["ATLAN_APPLICATION_NAME"] = "postgres-extraction",
            ["ATLAN_postgres_extraction_client_id"] = "postgres",
            ["ATLAN_postgres_extraction_client_secret"] = "s3cr3t-canary",
        });

        await RunAsync(provider, service);
        var tokens = (await provider.RequestsAsync()).Count(r => r.GrantType == OidcProvider.ClientCredentialsGrant);
        await Patience.UntilAsync(
            async () => (await provider.RequestsAsync()).Count(r => r.GrantType == OidcProvider.ClientCredentialsGrant) >= tokens + 2, "two more tokens");
        await RunAsync(provider, service);

        (await provider.RequestsAsync()).ShouldAllBe(r => r.Status == 200);
        worker.Output.ShouldContain("come from: environment");
        worker.Output.ShouldNotContain("canary");
        worker.Output.ShouldNotContain("eyJ", Case.Sensitive, "no token either");
        worker.Output.ShouldNotContain("Polling", Case.Sensitive, "no poll failed");
    }

    private static async Task RunAsync(OidcProvider provider, ServiceProcess service)
    {
        using var rest = new RestClient(service.Rest, await provider.SignAsync(new
        {
            iss = provider.Issuer.OriginalString, aud = Audience, sub = "alice", user_id = "alice", tenant_id = "acme", exp = TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds(),
        }));
        var id = Guid.NewGuid().ToString();
        var (status, body) = await rest.PostAsync("/v1/executions", new { workflowType = EchoWorkflow.TypeName, workflowId = id, input = "hello" });
        status.ShouldBe(HttpStatusCode.Created, body.ToString());
        (await RestWait.UntilEndedAsync(rest, id)).GetProperty("status").GetString().ShouldBe("completed");
    }
}
