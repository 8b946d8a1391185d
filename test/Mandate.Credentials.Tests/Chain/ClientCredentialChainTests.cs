using Mandate.Testing;

namespace Mandate.Credentials.Tests.Chain;

public sealed class ClientCredentialChainTests : IDisposable
{
    private static readonly ApplicationName Orders = ApplicationName.Parse("orders");

    private readonly CountingPlace _first = new("first place");
    private readonly CountingPlace _second = new("second place");
    private readonly RecordingLoggers _loggers = new();

    private ClientCredentialChain Chain() => new(Orders, [_first, _second], loggers: _loggers);

    public void Dispose() => _loggers.Dispose();

    [Fact]
    [Scenario("worker-authentication", 24)]
    public async Task Get_EnvironmentHasThem_NoStoreIsAskedAndTheLogNamesTheSourceOnly()
    {
        var variables = new Dictionary<string, string> { ["MANDATE_orders_client_id"] = "id-canary", ["MANDATE_orders_client_secret"] = "secret-canary" };
        using var chain = new ClientCredentialChain(Orders, [new EnvironmentCredentials(variables: variables.GetValueOrDefault), _second], loggers: _loggers);

        var found = await chain.GetAsync();

        (found.ClientId, found.ClientSecret!.Reveal(), found.Source).ShouldBe(("id-canary", "secret-canary", "environment"));
        _second.Asked.ShouldBe(0);
        _loggers.Lines.ShouldHaveSingleItem().ShouldContain("come from: environment");
        _loggers.Lines.ShouldAllBe(l => !l.Contains("canary"));
        found.ToString().ShouldNotContain("secret-canary");
    }

    [Theory]
    [InlineData("ATLAN_", "postgres-extraction", "ATLAN_postgres_extraction_client_id", "ATLAN_postgres_extraction_client_secret")]
    [InlineData("MANDATE_", "Postgres-Extraction", "MANDATE_POSTGRES_EXTRACTION_CLIENT_ID", "MANDATE_POSTGRES_EXTRACTION_CLIENT_SECRET")]
    [InlineData("", "a", "a_client_id", "a_client_secret")]
    [Scenario("worker-authentication", 24)]
    [Scenario("worker-authentication", 32)]
    public async Task Environment_PrefixAndApplication_MakeTheNames(string prefix, string application, string idName, string secretName)
    {
        var variables = new Dictionary<string, string> { [idName] = "id", [secretName] = "secret" };

        var found = await new EnvironmentCredentials(prefix, variables.GetValueOrDefault).FindAsync(ApplicationName.Parse(application), needsSecret: true);

        found.ShouldNotBeNull().ClientId.ShouldBe("id");
    }

    [Theory]
    [InlineData("MANDATE_orders_client_id", "MANDATE_orders_client_secret is not")]
    [InlineData("MANDATE_orders_client_secret", "MANDATE_orders_client_id is not")]
    public async Task Environment_HalfOfThem_IsSaidAndPassedOver(string set, string hint)
    {
        _second.Holds = new("id", new("secret"), "second place");
        using var chain = new ClientCredentialChain(Orders, [new EnvironmentCredentials(variables: name => name == set ? "half-canary" : null), _second], loggers: _loggers);

        (await chain.GetAsync()).Source.ShouldBe("second place");

        _loggers.Lines.ShouldContain(l => l.StartsWith("Warning CredentialPlacePassedOver", StringComparison.Ordinal) && l.Contains(hint));
        _loggers.Lines.ShouldAllBe(l => !l.Contains("canary"));
    }

    [Fact]
    public async Task Environment_CertificateProvesTheClient_AnIdIsEnough()
    {
        var found = await new EnvironmentCredentials(variables: name => name == "MANDATE_orders_client_id" ? "id" : null).FindAsync(Orders, needsSecret: false);

        found.ShouldNotBeNull().ClientSecret.ShouldBeNull();
    }

    [Fact]
    [Scenario("worker-authentication", 32)]
    public void ApplicationName_WithHyphens_MakesKeysWithUnderscores()
    {
        var name = ApplicationName.Parse("postgres-extraction");

        name.ClientIdKey.ShouldBe("postgres_extraction_client_id");
        name.ClientSecretKey.ShouldBe("postgres_extraction_client_secret");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/../b")]
    [InlineData("ä")]
    public void ApplicationName_OfOtherCharacters_IsRefused(string name) => Should.Throw<FormatException>(() => ApplicationName.Parse(name)).Message.ShouldContain("application name");

    [Fact]
    [Scenario("worker-authentication", 29)]
    public async Task Get_NothingAnywhere_NamesEveryPlaceInOrder()
    {
        _first.Fails = new("it has no secret store configured", isTransient: false);
        using var chain = Chain();

        var error = await Should.ThrowAsync<TokenException>(async () => await chain.GetAsync());

        error.Kind.ShouldBe(TokenErrorKind.CredentialsNotFound);
        error.IsTransient.ShouldBeFalse();
        error.PlacesTried.ShouldBe(["first place: it has no secret store configured", "second place: not there"]);
        error.Message.ShouldContain("first place: it has no secret store configured; second place: not there");
        error.Message.ShouldContain("'orders_client_id'");
    }

    [Fact]
    [Scenario("worker-authentication", 29)]
    public async Task Get_OnePlaceCannotBeReachedAndNoOtherHasThem_IsTransient()
    {
        _first.Fails = new("it cannot be reached", isTransient: true);
        using var chain = Chain();

        var error = await Should.ThrowAsync<TokenException>(async () => await chain.GetAsync());
        error.IsTransient.ShouldBeTrue();
        error.PlacesTried.Count.ShouldBe(2);

        _first.Fails = null;
        _first.Holds = new("id", new("secret"), "first place");
        (await chain.GetAsync()).Source.ShouldBe("first place");
    }

    [Fact]
    public async Task Get_Again_IsCachedUntilInvalidated()
    {
        _first.Holds = new("id", new("one"), "first place");
        using var chain = Chain();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => chain.GetAsync().AsTask()));
        _first.Holds = new("id", new("two"), "first place");

        (await chain.GetAsync()).ClientSecret!.Reveal().ShouldBe("one");
        _first.Asked.ShouldBe(1);
        chain.Invalidate();

        (await chain.GetAsync()).ClientSecret!.Reveal().ShouldBe("two");
        _second.Asked.ShouldBe(0);
    }
}
