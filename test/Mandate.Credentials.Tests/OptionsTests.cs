namespace Mandate.Credentials.Tests;

public sealed class OptionsTests
{
    public static TheoryData<ClientCredentialsOptions, string> Unusable()
    {
        var good = ProviderFixture.Options();
        return new()
        {
            { good with { TokenEndpoint = null }, "TokenEndpoint" },
            { good with { Authority = new("https://idp.example") }, "TokenEndpoint" },
            { good with { ClientId = " " }, "ClientId" },
            { good with { ClientSecret = null }, "ClientSecret" },
            { good with { Authentication = (ClientAuthentication)9 }, "Authentication" },
            { good with { Authentication = ClientAuthentication.TlsClientAuth, ClientSecret = null }, "client certificate" },
            { good with { Credentials = new ClientCredentialChain(ApplicationName.Parse("a"), []) }, "Credentials" },
            { good with { AssertionAlgorithm = "HS256" }, "AssertionAlgorithm" },
            { good with { Scopes = ["a b"] }, "Scopes" },
            { good with { Scopes = [""] }, "Scopes" },
            { good with { RefreshBefore = TimeSpan.Zero }, "RefreshBefore" },
            { good with { Timeout = TimeSpan.FromSeconds(-1) }, "Timeout" },
            { good with { TokenEndpoint = new("http://idp.example/t") }, "https" },
            { good with { TokenEndpoint = new("/relative", UriKind.Relative) }, "https" },
            { good with { TokenEndpoint = new("ftp://localhost/t") }, "https" },
        };
    }

    [Theory]
    [MemberData(nameof(Unusable))]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "xUnit1045", Justification = "The options need not be told apart in a test explorer.")]
    public void Constructor_UnusableOptions_AreRefusedByName(ClientCredentialsOptions options, string name)
    {
        var error = Should.Throw<ArgumentException>(() => new ClientCredentialsTokenSource(options));

        error.Message.ShouldContain(name);
        error.Message.ShouldNotContain(ProviderFixture.ClientSecret);
    }

    [Theory]
    [InlineData("http://localhost:8080/t", false)]
    [InlineData("http://127.0.0.1/t", false)]
    [InlineData("http://[::1]/t", false)]
    [InlineData("http://idp.example/t", true)]
    public void Constructor_CleartextOnThisMachineOrAllowed_IsAccepted(string endpoint, bool allow)
    {
        using var source = new ClientCredentialsTokenSource(ProviderFixture.Options() with { TokenEndpoint = new(endpoint), AllowCleartext = allow });

        source.ShouldNotBeNull();
    }
}
