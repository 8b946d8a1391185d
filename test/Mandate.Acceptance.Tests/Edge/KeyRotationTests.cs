using System.Net;
using Mandate.Acceptance.Tests.Support;
using Mandate.Testing;

namespace Mandate.Acceptance.Tests.Edge;

/// <summary>Keys that change: the identity provider's, and the service's own.</summary>
public sealed class KeyRotationTests : IAsyncLifetime, IDisposable
{
    private readonly Support.TemporaryDirectory _directory = new();
    private OidcProvider _provider = null!;
    private ServiceProcess _service = null!;

    public async Task InitializeAsync()
    {
        _provider = await OidcProvider.StartAsync();
        _service = await ServiceProcess.UpAsync(_directory, new Dictionary<string, string>(ServiceFixture.Workers)
        {
            ["MANDATE_AUTHENTICATION__AUTHORITY"] = _provider.Issuer.OriginalString,
            ["MANDATE_AUTHENTICATION__AUDIENCE"] = "mandate",
            ["MANDATE_AUTHENTICATION__KEYREFRESHINTERVAL"] = "00:00:01",
            ["MANDATE_AUTHENTICATION__CLOCKSKEW"] = "00:00:00",
        });
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _provider.DisposeAsync();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Scenario("identity", 5)]
    public async Task Call_AfterTheProvidersKeysRotated_TakesNewTokensWithoutRestartAndOldOnesUntilTheyExpire()
    {
        var old = await _provider.UserTokenAsync("alice", "acme", "mandate");
        (await AskAsync(old)).ShouldBe(HttpStatusCode.OK);

        await _provider.RotateKeysAsync();
        await _provider.ConfigureAsync(_provider.Options with { TokenLifetime = TimeSpan.FromSeconds(4) });
        var renewed = await _provider.UserTokenAsync("alice", "acme", "mandate");
        await Patience.UntilAsync(async () =>
        {
            renewed = await _provider.UserTokenAsync("alice", "acme", "mandate");
            return await AskAsync(renewed) == HttpStatusCode.OK;
        }, "the new key to be accepted");

        (await AskAsync(old)).ShouldBe(HttpStatusCode.OK);
        await Patience.UntilAsync(async () => await AskAsync(renewed) == HttpStatusCode.Unauthorized, "the short-lived token to expire");
        (await AskAsync(old)).ShouldBe(HttpStatusCode.OK);

        // A key that the provider no longer publishes is a key that may have been stolen.
        await _provider.RotateKeysAsync(forgetOld: true);
        await Patience.UntilAsync(async () =>
        {
            await AskAsync(await _provider.UserTokenAsync("alice", "acme", "mandate"));
            return await AskAsync(old) == HttpStatusCode.Unauthorized;
        }, "the forgotten key to be refused");
    }

    [Fact]
    public async Task Keys_RotatedAndRetiredByTheCommand_ARunningServiceFollows()
    {
        var token = await _provider.UserTokenAsync("alice", "acme", "mandate");
        using var alice = new RestClient(_service.Rest, token);
        var data = _directory.File("data");
        var before = await PublishedAsync();
        before.ShouldHaveSingleItem();

        var (exit, output, error) = await ServiceProcess.CaptureAsync(_directory, new Dictionary<string, string>(), "keys", "rotate", "--publish-first", "00:00:00", "--data-directory", data);
        exit.ShouldBe(0, error);
        output.ShouldContain("signs");
        await Patience.UntilAsync(async () => (await PublishedAsync()).Count == 2, "the new key to be published");
        var added = (await PublishedAsync()).Single(k => k != before[0]);
        output.ShouldContain(added);
        (await ServiceProcess.CaptureAsync(_directory, new Dictionary<string, string>(), "keys", "list", "--data-directory", data)).Output.ShouldContain("verifies only");

        // A run signed with the new key is verified by the service's own workers.
        var workflowId = $"rotated-{Guid.NewGuid():N}";
        Expect.Success(await alice.PostAsync("/v1/executions", new { workflowType = Workflows.EchoWorkflow.TypeName, workflowId, input = "x" }), HttpStatusCode.Created);
        (await RestWait.UntilEndedAsync(alice, workflowId)).GetProperty("status").GetString().ShouldBe("completed");

        (await RetireAsync(before[0])).ExitCode.ShouldBe(2);
        (await RetireAsync(added, "--confirm")).Error.ShouldContain("Rotate first");
        (await RetireAsync(before[0], "--confirm")).ExitCode.ShouldBe(0);
        await Patience.UntilAsync(async () => (await PublishedAsync()).SequenceEqual([added]), "the old key to be withdrawn");

        Task<(int ExitCode, string Output, string Error)> RetireAsync(params string[] arguments) =>
            ServiceProcess.CaptureAsync(_directory, new Dictionary<string, string>(), ["keys", "retire", .. arguments, "--data-directory", data]);
    }

    [Fact]
    public async Task PrincipalKeys_Answer_MayBeCachedForFiveMinutes()
    {
        using var anybody = new RestClient(_service.Rest, token: null);

        using var response = await anybody.SendAsync(HttpMethod.Get, "/.well-known/jwks.json", content: null);

        response.Headers.CacheControl!.ToString().ShouldBe("public, max-age=300");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/jwk-set+json");
    }

    private async Task<HttpStatusCode> AskAsync(string token)
    {
        using var rest = new RestClient(_service.Rest, token);
        return (await rest.GetAsync("/v1/audit-events?limit=1")).Status;
    }

    private async Task<IReadOnlyList<string>> PublishedAsync()
    {
        using var anybody = new RestClient(_service.Rest, token: null);
        return [.. (await anybody.GetAsync("/.well-known/jwks.json")).Body.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()!)];
    }
}
