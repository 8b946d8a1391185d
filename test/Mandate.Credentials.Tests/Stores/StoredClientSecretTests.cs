using Mandate.Testing;

namespace Mandate.Credentials.Tests.Stores;

/// <summary>A client's secret in a secret store.</summary>
public sealed class StoredClientSecretTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Get_SecretThatIsReplaced_IsKeptUntilItIsRefused()
    {
        await WriteAsync("""{"crm":{"secret":"secret-1\n","other":"x"}}""");
        var source = new StoredClientSecret("crm-client", Store(), "crm", "secret");

        var first = await source.GetAsync();
        await WriteAsync("""{"crm":{"secret":"secret-2","other":"x"}}""");
        var kept = await source.GetAsync();
        source.Invalidate();
        var second = await source.GetAsync();

        (first.ClientId, first.ClientSecret!.Reveal()).ShouldBe(("crm-client", "secret-1"));
        kept.ShouldBe(first);
        second.ClientSecret!.Reveal().ShouldBe("secret-2");
        second.Source.ShouldContain("secrets.json");
    }

    [Theory]
    [InlineData("""{"other":"x"}""", "no secret 'crm'")]
    [InlineData("""{"crm":{"a":"canary-1","b":"canary-2"}}""", "2 values: name the one that is the client's secret")]
    [InlineData("""{"crm":" "}""", "is empty")]
    public async Task Get_StoreWithoutIt_SaysWhatIsMissingAndNoValue(string content, string expected)
    {
        await WriteAsync(content);

        var error = await Should.ThrowAsync<TokenException>(async () => await new StoredClientSecret("crm-client", Store(), "crm", key: null).GetAsync());

        error.Message.ShouldContain(expected);
        error.Message.ShouldNotContain("canary");
        error.IsTransient.ShouldBeFalse();
    }

    private JsonFileSecretStore Store() => new(_directory.File("secrets.json"));

    private Task WriteAsync(string content) => File.WriteAllTextAsync(_directory.File("secrets.json"), content);
}
