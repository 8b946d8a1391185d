using Mandate.Credentials;
using Mandate.Stateful.Activities;

namespace Mandate.Stateful.Tests;

public sealed class ApiTokenHandlerTests
{
    [Theory]
    [InlineData("https://api.example.com/v1", "/items:batchGet", "https://api.example.com/v1/items:batchGet")]
    [InlineData("https://api.example.com/v1/", "/items:batchGet?a=b:c", "https://api.example.com/v1/items:batchGet?a=b:c")]
    [InlineData("https://api.example.com", "/a/b", "https://api.example.com/a/b")]
    [InlineData("https://api.example.com/v1", "", "https://api.example.com/v1/")]
    [InlineData("https://api.example.com/v1", "//x", "https://api.example.com/v1/x")]
    public async Task Send_RelativeAddress_GoesToTheWorkflowsApi(string api, string path, string expected)
    {
        var tokens = new Tokens(new(api));
        using var seen = new Seen();
        using var client = new HttpClient(new ApiTokenHandler(tokens) { InnerHandler = seen }) { BaseAddress = new($"https://{ApiTokenHttpClientBuilderExtensions.PlaceholderHost}/") };

        await client.GetAsync(new Uri($"https://{ApiTokenHttpClientBuilderExtensions.PlaceholderHost}{path}"));

        seen.Address!.ToString().ShouldBe(expected);
        tokens.Target.ShouldBe(seen.Address);
    }

    private sealed class Tokens(Uri api) : IApiTokens
    {
        public Uri? ApiUrl => api;

        public Uri? Target { get; private set; }

        public ValueTask<ApiToken> RedeemAsync(Uri target, CancellationToken cancellation = default)
        {
            Target = target;
            return new(new ApiToken(new("root", 1, "f"), new Secret("secret-of-the-handler")));
        }
    }

    private sealed class Seen : HttpMessageHandler
    {
        public Uri? Address { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Address = request.RequestUri;
            return Task.FromResult(new HttpResponseMessage());
        }
    }
}
