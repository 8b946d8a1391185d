using Mandate.Testing;

namespace Mandate.Credentials.Tests.Stores;

public sealed class CredentialIdTests
{
    public static TheoryData<string> Bad() => ["", "../x", "a/../b", "a..b", "/x", ".x", "a b", "a%2fb", "a\r\nb", "ä", new string('a', 300), new string('a', 129)];

    [Theory]
    [MemberData(nameof(Bad))]
    [Scenario("worker-authentication", 31)]
    public async Task Get_IdThatIsNone_IsRejectedBeforeAnyRequest(string id)
    {
        await using var server = await ScriptedHttpServer.StartAsync(_ => new(200, """{"a":"b"}"""));
        using var dapr = new DaprSecretStore(new() { Endpoint = server.Address, Component = "vault" });
        var stored = new StoredCredentials([dapr]);

        await Should.ThrowAsync<FormatException>(async () => await stored.GetAsync(CredentialId.Parse(id)));
        CredentialId.TryParse(id, out _).ShouldBeFalse();
        await Should.ThrowAsync<SecretStoreException>(async () => await stored.GetAsync(default));

        server.Received.ShouldBeEmpty();
    }

    [Fact]
    [Scenario("worker-authentication", 31)]
    public async Task Get_GoodId_ReadsThatSecretFromTheFirstStoreThatHasIt()
    {
        await using var empty = await ScriptedHttpServer.StartAsync(_ => new(204));
        await using var full = await ScriptedHttpServer.StartAsync(_ => new(200, """{"username":"u","password":"p"}"""));
        using var first = new DaprSecretStore(new() { Endpoint = empty.Address, Component = "one" });
        using var second = new DaprSecretStore(new() { Endpoint = full.Address, Component = "two" });
        var stored = new StoredCredentials([first, second]);

        var bundle = await stored.GetAsync(CredentialId.Parse("9f1c2d3e-0a1b.v2_x"));

        bundle.TryGet("password", out var password).ShouldBeTrue();
        password.Reveal().ShouldBe("p");
        bundle.ToString().ShouldBe("password, username");
        full.Received.ShouldHaveSingleItem().Uri.AbsolutePath.ShouldBe("/v1.0/secrets/two/9f1c2d3e-0a1b.v2_x");
        empty.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Get_NoStoreHasIt_NamesThemAll()
    {
        await using var empty = await ScriptedHttpServer.StartAsync(_ => new(204));
        await using var broken = await ScriptedHttpServer.StartAsync(_ => new(502));
        using var first = new DaprSecretStore(new() { Endpoint = empty.Address, Component = "one" });
        using var second = new DaprSecretStore(new() { Endpoint = broken.Address, Component = "two" });

        var error = await Should.ThrowAsync<SecretStoreException>(async () => await new StoredCredentials([first, second]).GetAsync(CredentialId.Parse("x")));

        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain("Dapr secret store 'one': not there; Dapr secret store 'two': the Dapr sidecar answered 502");
    }
}
