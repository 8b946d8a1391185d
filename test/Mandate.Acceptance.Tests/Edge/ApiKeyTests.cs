using System.Net;
using Mandate.Acceptance.Tests.Support;
using Mandate.Acceptance.Tests.Workflows;

namespace Mandate.Acceptance.Tests.Edge;

/// <summary>API keys, made and revoked by the command while the service runs.</summary>
public sealed class ApiKeyTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Start_WithAnApiKey_ActsForItsPrincipalUntilItIsRevoked()
    {
        var (name, tenant, workflowId) = ($"ci-{Guid.NewGuid():N}", $"tenant-{Guid.NewGuid():N}", $"by-key-{Guid.NewGuid():N}");
        var (exit, output, error) = await RunAsync("create", name, "--subject", "deployer", "--tenant", tenant, "--scope", "orders:write");
        exit.ShouldBe(0, error);
        var key = output.Trim();
        error.ShouldContain(name);
        error.ShouldNotContain(key);
        using var keyed = fixture.WithToken(token: null);
        using var body = RestClient.JsonContent($$"""{"workflowType":"{{EchoWorkflow.TypeName}}","workflowId":"{{workflowId}}","input":"x"}""");

        await Patience.UntilAsync(async () => await AskAsync(key) == HttpStatusCode.OK, "the key to be known");
        Expect.Success(await keyed.PostAsync("/v1/executions", body, ("X-API-Key", key)), HttpStatusCode.Created);

        // In place of a token it is as good: that is where Temporal's SDKs send it.
        using var bearer = fixture.WithToken(key);
        (await RestWait.UntilEndedAsync(bearer, workflowId)).GetProperty("result").GetProperty("ActivityActsFor").GetString().ShouldBe($"deployer@{tenant}");
        var started = (await bearer.AuditEventsAsync("&type=execution.start")).ShouldHaveSingleItem();
        started.GetProperty("actor").GetProperty("id").GetString().ShouldBe("deployer");
        started.GetProperty("context").GetProperty("credential").GetString()!.ShouldStartWith("api-key:");
        started.ToString().ShouldNotContain(key);
        fixture.Service.Output.ShouldNotContain(key);
        (await File.ReadAllTextAsync(Path.Combine(fixture.Directory.File("data"), "api-keys.json"))).ShouldNotContain(key);

        (await RunAsync("revoke", name)).ExitCode.ShouldBe(0);
        await Patience.UntilAsync(async () => await AskAsync(key) == HttpStatusCode.Unauthorized, "the key to be refused");
    }

    [Fact]
    public async Task Commands_ListAndRotate_TellEverythingButTheKeys()
    {
        var name = $"ci-{Guid.NewGuid():N}";
        var first = (await RunAsync("create", name, "--subject", "deployer", "--tenant", "acme")).Output.Trim();

        var second = (await RunAsync("rotate", name, "--overlap", "01:00:00")).Output.Trim();
        var (_, listed, _) = await RunAsync("list");

        second.ShouldNotBe(first);
        listed.Split('\n').Count(l => l.Contains(name, StringComparison.Ordinal)).ShouldBe(2);
        listed.ShouldContain("user deployer@acme");
        (listed.Contains(first, StringComparison.Ordinal) || listed.Contains(second, StringComparison.Ordinal)).ShouldBeFalse();
        await Patience.UntilAsync(async () => await AskAsync(second) == HttpStatusCode.OK, "the new key to be known");
        (await AskAsync(first)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("needs a tenant", "create", "x", "--subject", "deployer")]
    [InlineData("no live API key", "revoke", "nothing")]
    [InlineData("--lifetime must not be negative", "create", "x", "--subject", "d", "--tenant", "t", "--lifetime", "-01:00:00")]
    public async Task Commands_ThatCannotBe_SayWhatToDo(string message, params string[] arguments)
    {
        var (exit, _, error) = await RunAsync(arguments);

        exit.ShouldNotBe(0);
        error.ShouldContain(message);
    }

    private async Task<HttpStatusCode> AskAsync(string key)
    {
        using var rest = fixture.WithToken(token: null);
        using var response = await rest.SendAsync(HttpMethod.Get, "/v1/audit-events?limit=1", content: null, ("X-API-Key", key));
        return response.StatusCode;
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        ServiceProcess.CaptureAsync(fixture.Directory, new Dictionary<string, string>(), ["api-keys", .. arguments, "--data-directory", fixture.Directory.File("data")]);
}
