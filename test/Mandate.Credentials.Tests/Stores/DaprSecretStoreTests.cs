using Mandate.Testing;

namespace Mandate.Credentials.Tests.Stores;

/// <summary>A scripted server with the paths of a Dapr sidecar.</summary>
public sealed class DaprSecretStoreTests : IDisposable
{
    private static readonly ApplicationName Application = ApplicationName.Parse("postgres-extraction");

    private readonly RecordingLoggers _loggers = new();

    public void Dispose() => _loggers.Dispose();

    [Theory]
    [InlineData("""{"postgres_extraction_client_id":"id","postgres_extraction_client_secret":"s3cr3t-canary","other":"x"}""")]
    [InlineData("""{"POSTGRES_EXTRACTION_CLIENT_ID":"id","POSTGRES_EXTRACTION_CLIENT_SECRET":"s3cr3t-canary"}""")]
    [InlineData("""{"bundle":"{\"postgres_extraction_client_id\":\"id\",\"postgres_extraction_client_secret\":\"s3cr3t-canary\"}"}""")]
    [Scenario("worker-authentication", 25)]
    public async Task Find_ComponentNamed_KeysAreFoundInTheBundleAndInAJsonObjectInIt(string bundle)
    {
        await using var dapr = await ScriptedHttpServer.StartAsync(_ => new(200, bundle));

        var found = (await FindAsync(dapr, component: "vault", secretName: "deployment secrets")).ShouldNotBeNull();

        (found.ClientId, found.ClientSecret!.Reveal(), found.Source).ShouldBe(("id", "s3cr3t-canary", "Dapr secret store 'vault'"));
        var request = dapr.Received.ShouldHaveSingleItem();
        request.Method.ShouldBe("GET");
        request.Uri.PathAndQuery.ShouldBe("/v1.0/secrets/vault/deployment%20secrets");
        request.Header("dapr-api-token").ShouldBeNull();
    }

    [Fact]
    [Scenario("worker-authentication", 25)]
    public async Task Find_NotInTheBundle_KeysAreReadAsSecretsOfTheirOwn()
    {
        await using var dapr = await ScriptedHttpServer.StartAsync(request => request.Uri.AbsolutePath switch
        {
            "/v1.0/secrets/vault/postgres_extraction_client_id" => new(200, """{"postgres_extraction_client_id":"id"}"""),
            "/v1.0/secrets/vault/postgres_extraction_client_secret" => new(200, """{"value":"own-secret"}"""),
            _ => new(204),
        });

        var found = (await FindAsync(dapr, component: "vault")).ShouldNotBeNull();

        (found.ClientId, found.ClientSecret!.Reveal()).ShouldBe(("id", "own-secret"));
        dapr.Received.Select(r => r.Uri.AbsolutePath).ShouldBe([
            "/v1.0/secrets/vault/deployment", "/v1.0/secrets/vault/postgres_extraction_client_id", "/v1.0/secrets/vault/postgres_extraction_client_secret",
        ]);
    }

    [Theory]
    [InlineData("""{"components":[{"name":"state","type":"state.redis"},{"name":"kubernetes","type":"secretstores.kubernetes"},{"name":"second","type":"secretstores.local.file"}]}""")]
    [InlineData("""{"registeredComponents":[7,{"type":"secretstores.x"},{"name":"kubernetes","type":"secretstores.kubernetes"}]}""")]
    [Scenario("worker-authentication", 26)]
    public async Task Find_ComponentNotNamed_TheFirstSecretStoreOfTheMetadataIsUsedAndKept(string metadata)
    {
        await using var dapr = await ScriptedHttpServer.StartAsync(request => request.Uri.AbsolutePath switch
        {
            "/v1.0/metadata" => new(200, metadata),
            "/v1.0/secrets/kubernetes/deployment" => new(200, """{"postgres_extraction_client_id":"id","postgres_extraction_client_secret":"s"}"""),
            _ => new(404),
        });
        using var store = Store(dapr);
        var place = new SecretStoreCredentials(store, "deployment");

        (await place.FindAsync(Application, needsSecret: true)).ShouldNotBeNull().Source.ShouldBe("Dapr secret store 'kubernetes'");
        (await place.FindAsync(Application, needsSecret: true)).ShouldNotBeNull();

        dapr.Received.Count(r => r.Uri.AbsolutePath == "/v1.0/metadata").ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"components":[{"name":"state","type":"state.redis"}]}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("oops")]
    [Scenario("worker-authentication", 26)]
    public async Task Find_NoSecretStoreInTheMetadata_IsSaid(string metadata)
    {
        await using var dapr = await ScriptedHttpServer.StartAsync(_ => new(200, metadata));

        (await Should.ThrowAsync<SecretStoreException>(() => FindAsync(dapr))).Message.ShouldContain("no component of type secretstores.*");
    }

    [Fact]
    [Scenario("worker-authentication", 27)]
    public async Task Create_ApiTokenInTheEnvironment_IsSent()
    {
        await using var dapr = await ScriptedHttpServer.StartAsync(request => request.Header("dapr-api-token") == "api-token-canary"
            ? new(200, """{"postgres_extraction_client_id":"id","postgres_extraction_client_secret":"s"}""")
            : new(401, """{"errorCode":"ERR_API_TOKEN"}"""));
        var variables = new Dictionary<string, string> { ["DAPR_API_TOKEN"] = "api-token-canary", ["DAPR_HTTP_PORT"] = $"{dapr.Address.Port}" };
        var options = new CredentialPlaceOptions { Kind = CredentialPlaceKind.Dapr, Component = "vault" };

        (await options.Create(variables: variables.GetValueOrDefault, loggers: _loggers).FindAsync(Application, needsSecret: true)).ShouldNotBeNull();
        dapr.Received[0].Uri.AbsolutePath.ShouldBe("/v1.0/secrets/vault/mandate-deployment-secrets");

        variables.Remove("DAPR_API_TOKEN");
        var error = await Should.ThrowAsync<SecretStoreException>(async () =>
            await options.Create(variables: variables.GetValueOrDefault, loggers: _loggers).FindAsync(Application, needsSecret: true));
        error.Message.ShouldContain("DAPR_API_TOKEN");
        _loggers.Lines.ShouldAllBe(l => !l.Contains("canary"));
    }

    [Fact]
    [Scenario("worker-authentication", 28)]
    public async Task Find_SidecarNotUpYet_IsWaitedForWithinTheBudget()
    {
        var clock = new ManualTimeProvider();
        var isUp = false;
        using var sidecar = new ScriptedHttpHandler(_ => isUp
            ? ScriptedHttpHandler.Json("""{"postgres_extraction_client_id":"id","postgres_extraction_client_secret":"s"}""")
            : throw new HttpRequestException("connection refused"));
        using var store = new DaprSecretStore(new() { Component = "vault", StartupBudget = TimeSpan.FromHours(1) }, sidecar, clock, _loggers);
        var finding = new SecretStoreCredentials(store, "deployment").FindAsync(Application, needsSecret: true).AsTask();

        await AdvanceUntilAsync(clock, () => sidecar.Received.Count >= 4);
        finding.IsCompleted.ShouldBeFalse();
        isUp = true;
        await AdvanceUntilAsync(clock, () => finding.IsCompleted);

        (await finding.WithinLimit()).ShouldNotBeNull();
        _loggers.Lines.Count(l => l.StartsWith("Information DaprAwaited", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    [Scenario("worker-authentication", 28)]
    public async Task Find_SidecarNeverComes_TheNextSourceIsAskedAfterTheBudget()
    {
        var clock = new ManualTimeProvider();
        using var sidecar = new ScriptedHttpHandler(_ => throw new HttpRequestException("connection refused"));
        using var store = new DaprSecretStore(new() { Component = "vault" }, sidecar, clock, _loggers);
        using var chain = new ClientCredentialChain(
            Application, [new SecretStoreCredentials(store, "deployment"), new EnvironmentCredentials(variables: _ => "from-the-environment")], loggers: _loggers);
        var began = clock.GetUtcNow();
        var finding = chain.GetAsync().AsTask();

        await AdvanceUntilAsync(clock, () => finding.IsCompleted);

        (await finding).Source.ShouldBe("environment");
        (clock.GetUtcNow() - began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(30));
        sidecar.Received.Count.ShouldBeGreaterThan(6);
    }

    [Fact]
    [Scenario("worker-authentication", 28)]
    public async Task Find_SidecarFailsLater_IsNotWaitedForAgain()
    {
        var clock = new ManualTimeProvider();
        var isUp = true;
        using var sidecar = new ScriptedHttpHandler(_ => isUp ? new(System.Net.HttpStatusCode.NoContent) : throw new HttpRequestException("connection refused"));
        using var store = new DaprSecretStore(new() { Component = "vault" }, sidecar, clock);
        (await store.ReadAsync("x")).ShouldBeNull();
        isUp = false;

        (await Should.ThrowAsync<SecretStoreException>(async () => await store.ReadAsync("x").AsTask().WithinLimit())).IsTransient.ShouldBeTrue();

        sidecar.Received.Count.ShouldBe(2);
    }

    [Fact]
    [Scenario("worker-authentication", 28)]
    public async Task Find_NoStoreConfiguredInDapr_TheNextSourceWins()
    {
        await using var dapr = await ScriptedHttpServer.StartAsync(_ => new(500, """{"errorCode":"ERR_SECRET_STORES_NOT_CONFIGURED","message":"secret store is not configured"}"""));
        using var store = Store(dapr, "vault");
        using var chain = new ClientCredentialChain(
            Application, [new SecretStoreCredentials(store, "deployment"), new EnvironmentCredentials(variables: _ => "from-the-environment")], loggers: _loggers);

        (await chain.GetAsync()).Source.ShouldBe("environment");

        dapr.Received.Count.ShouldBe(1, "the answer is one: nothing is repeated");
        _loggers.Lines.ShouldContain(l => l.Contains("no secret store configured"));
    }

    [Fact]
    [Scenario("worker-authentication", 28)]
    public async Task Find_SecretCannotBeGot_IsNotThere()
    {
        await using var dapr = await ScriptedHttpServer.StartAsync(_ => new(500, """{"errorCode":"ERR_SECRET_GET","message":"secret deployment not found"}"""));

        (await FindAsync(dapr, component: "vault")).ShouldBeNull();

        dapr.Received.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(401, "ERR_SECRET_STORE_NOT_FOUND", "no secret store 'vault'", false)]
    [InlineData(403, "ERR_PERMISSION_DENIED", "scopes", false)]
    [InlineData(502, "", "502", true)]
    [InlineData(429, "", "429", true)]
    public async Task Find_SidecarRefuses_SaysWhatToDo(int status, string code, string hint, bool isTransient)
    {
        await using var dapr = await ScriptedHttpServer.StartAsync(_ => new(status, $$"""{"errorCode":"{{code}}","message":"message-canary"}"""));

        var error = await Should.ThrowAsync<SecretStoreException>(() => FindAsync(dapr, component: "vault"));

        error.Message.ShouldContain(hint);
        error.IsTransient.ShouldBe(isTransient);
        error.ToString().ShouldNotContain("message-canary");
    }

    [Fact]
    public async Task Find_HalfOfThem_IsSaid()
    {
        await using var dapr = await ScriptedHttpServer.StartAsync(_ => new(200, """{"postgres_extraction_client_id":"id"}"""));

        (await Should.ThrowAsync<SecretStoreException>(() => FindAsync(dapr, component: "vault"))).Message.ShouldContain("not postgres_extraction_client_secret");
    }

    [Fact]
    public void Constructor_SidecarElsewhereWithoutTls_IsRefused() =>
        Should.Throw<ArgumentException>(() => new DaprSecretStore(new() { Endpoint = new("http://dapr.example:3500") })).Message.ShouldContain("https");

    /// <summary>Half a second at a time, and only while somebody waits for the clock.</summary>
    private static Task AdvanceUntilAsync(ManualTimeProvider clock, Func<bool> isReached) => Eventually.BecomesAsync(() =>
    {
        if (!isReached() && clock.ArmedTimers > 0)
            clock.Advance(TimeSpan.FromSeconds(0.5));
        return isReached();
    });

    private DaprSecretStore Store(ScriptedHttpServer dapr, string? component = null) => new(new() { Endpoint = dapr.Address, Component = component }, loggers: _loggers);

    private async Task<ClientCredential?> FindAsync(ScriptedHttpServer dapr, string? component = null, string secretName = "deployment")
    {
        using var store = Store(dapr, component);
        return await new SecretStoreCredentials(store, secretName).FindAsync(Application, needsSecret: true);
    }
}
