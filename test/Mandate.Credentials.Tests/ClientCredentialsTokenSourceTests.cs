using System.Buffers.Text;
using System.Net;
using System.Text;
using Mandate.Testing;

namespace Mandate.Credentials.Tests;

public sealed class ClientCredentialsTokenSourceTests
{
    [Fact]
    [Scenario("worker-authentication", 7)]
    public async Task GetToken_Cold_SendsTheGrantWithBasicAuthentication()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source(ProviderFixture.Options() with { Scopes = ["a", "b"], Audience = "orders", Resource = new("https://orders.example/api") });

        var token = await source.GetTokenAsync();

        token.Value.Reveal().ShouldBe("token-1");
        token.ExpiresAt.ShouldBe(provider.Clock.GetUtcNow().AddHours(1));
        var request = provider.Handler.Received.ShouldHaveSingleItem();
        request.Method.ShouldBe("POST");
        request.Uri.ShouldBe(new Uri("https://idp.example/oauth/token"));
        request.Header("Authorization").ShouldBe("Basic " + Convert.ToBase64String("orders-worker:s3cr3t-canary"u8));
        request.Form.ShouldBe(
            new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["scope"] = "a b", ["audience"] = "orders", ["resource"] = "https://orders.example/api" },
            ignoreOrder: true);
    }

    [Fact]
    public async Task GetToken_BasicWithSpecialCharacters_EncodesBothParts()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source(ProviderFixture.Options() with { ClientId = "a:b", ClientSecret = new("ü /%+") });

        await source.GetTokenAsync();

        var sent = provider.Handler.Received[0].Header("Authorization")!["Basic ".Length..];
        Encoding.ASCII.GetString(Convert.FromBase64String(sent)).ShouldBe("a%3Ab:%C3%BC+%2F%25%2B");
    }

    [Fact]
    [Scenario("worker-authentication", 2)]
    public async Task GetToken_SecretPost_SendsTheSecretInTheFormOnly()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source(ProviderFixture.Options() with { Authentication = ClientAuthentication.ClientSecretPost });

        await source.GetTokenAsync();

        var request = provider.Handler.Received.ShouldHaveSingleItem();
        request.Header("Authorization").ShouldBeNull();
        request.Form.ShouldBe(
            new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = "orders-worker", ["client_secret"] = "s3cr3t-canary" }, ignoreOrder: true);
    }

    [Fact]
    [Scenario("worker-authentication", 2)]
    public async Task GetToken_SecretPostWithScopeAndAudience_SendsThemToo()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source(ProviderFixture.Options() with { Authentication = ClientAuthentication.ClientSecretPost, Scopes = ["a"], Audience = "orders" });

        await source.GetTokenAsync();

        var form = provider.Handler.Received.ShouldHaveSingleItem().Form;
        form["scope"].ShouldBe("a");
        form["audience"].ShouldBe("orders");
    }

    [Fact]
    [Scenario("worker-authentication", 3)]
    public async Task GetToken_CachedAndValid_MakesNoCall()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source();
        var first = await source.GetTokenAsync();
        provider.Clock.Advance(TimeSpan.FromSeconds(3539));

        (await source.GetTokenAsync()).ShouldBeSameAs(first);

        provider.Exchanges.ShouldBe(1);
    }

    [Theory]
    [InlineData(3600, 3540)]
    [InlineData(300, 240)]
    [InlineData(240, 192)]
    [InlineData(5, 4)]
    [Scenario("worker-authentication", 4)]
    public async Task GetToken_InsideTheExpiryBuffer_GetsANewOne(int life, int refreshAfter)
    {
        var provider = ProviderFixture.Issuing(life);
        using var source = provider.Source();
        await source.GetTokenAsync();
        provider.Clock.Advance(TimeSpan.FromSeconds(refreshAfter) - TimeSpan.FromTicks(1));
        (await source.GetTokenAsync()).Value.Reveal().ShouldBe("token-1");
        provider.Clock.Advance(TimeSpan.FromTicks(1));

        (await source.GetTokenAsync()).Value.Reveal().ShouldBe("token-2");
    }

    [Fact]
    [Scenario("worker-authentication", 5)]
    public async Task GetToken_Expired_GetsANewOne()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source();
        await source.GetTokenAsync();
        provider.Clock.Advance(TimeSpan.FromHours(2));

        (await source.GetTokenAsync()).Value.Reveal().ShouldBe("token-2");
    }

    [Fact]
    [Scenario("worker-authentication", 6)]
    public async Task GetToken_Forced_GetsANewOneThatOthersSee()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source();
        await source.GetTokenAsync();

        (await source.GetTokenAsync(forceRefresh: true)).Value.Reveal().ShouldBe("token-2");
        (await source.GetTokenAsync()).Value.Reveal().ShouldBe("token-2");
    }

    [Fact]
    public async Task Clear_CachedToken_IsForgotten()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source();
        await source.GetTokenAsync();

        source.Clear();

        (await source.GetTokenAsync()).Value.Reveal().ShouldBe("token-2");
    }

    [Fact]
    [Scenario("worker-authentication", 12)]
    public async Task GetToken_ProviderDownAndTokenStillValid_GivesTheOldTokenAndWarns()
    {
        using var metrics = new MetricsRecorder();
        var loggers = new RecordingLoggers();
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source(ProviderFixture.Options() with { Audience = metrics.Audience }, loggers);
        await source.GetTokenAsync();
        provider.Fail();
        provider.Clock.Advance(TimeSpan.FromSeconds(3550));

        (await source.GetTokenAsync()).Value.Reveal().ShouldBe("token-1");
        (await source.GetTokenAsync()).Value.Reveal().ShouldBe("token-1");

        provider.Exchanges.ShouldBe(2, "a failing provider is not asked again at once");
        loggers.Lines.ShouldContain(l => l.StartsWith("Warning TokenRefreshFailed"));
        metrics.Of("mandate.token.kept").ShouldHaveSingleItem().Value.ShouldBe(1);
        provider.Clock.Advance(TimeSpan.FromSeconds(5));
        provider.Issue();
        (await source.GetTokenAsync()).Value.Reveal().ShouldBe("token-2");
    }

    [Fact]
    public async Task GetToken_ProviderDownAndTokenExpired_Fails()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source();
        await source.GetTokenAsync();
        provider.Fail();
        provider.Clock.Advance(TimeSpan.FromSeconds(3600));

        (await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync())).IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task GetToken_ForcedAndProviderDown_FailsRatherThanGiveTheRefusedToken()
    {
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source();
        await source.GetTokenAsync();
        provider.Fail();

        await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync(forceRefresh: true));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "invalid_client", TokenErrorKind.InvalidClient, "secret")]
    [InlineData(HttpStatusCode.BadRequest, "invalid_client", TokenErrorKind.InvalidClient, "secret")]
    [InlineData(HttpStatusCode.BadRequest, "invalid_scope", TokenErrorKind.Refused, "scopes")]
    [InlineData(HttpStatusCode.BadRequest, "invalid_target", TokenErrorKind.Refused, "audience")]
    [InlineData(HttpStatusCode.Forbidden, null, TokenErrorKind.Refused, "grants")]
    [InlineData(HttpStatusCode.NotFound, null, TokenErrorKind.InvalidResponse, "/oauth/token")]
    [InlineData(HttpStatusCode.TemporaryRedirect, null, TokenErrorKind.InvalidResponse, "redirect")]
    [InlineData(HttpStatusCode.TooManyRequests, null, TokenErrorKind.Unavailable, "later")]
    [InlineData(HttpStatusCode.InternalServerError, "server_error", TokenErrorKind.Unavailable, "later")]
    [InlineData(HttpStatusCode.BadGateway, null, TokenErrorKind.Unavailable, "later")]
    [InlineData(HttpStatusCode.BadRequest, "temporarily_unavailable", TokenErrorKind.Unavailable, "later")]
    [Scenario("worker-authentication", 8)]
    public async Task GetToken_ProviderRefuses_IsTypedAndSaysWhatToDo(HttpStatusCode status, string? code, TokenErrorKind kind, string hint)
    {
        var provider = ProviderFixture.Answering(status, code is null ? "{}" : $$"""{"error":"{{code}}"}""");
        using var source = provider.Source();

        var error = await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync());

        error.Kind.ShouldBe(kind);
        error.IsTransient.ShouldBe(kind is TokenErrorKind.Unavailable);
        error.ErrorCode.ShouldBe(code);
        error.StatusCode.ShouldBe((int)status);
        error.Message.ShouldContain(hint);
    }

    [Theory]
    [InlineData("""{"error":"s3cr3t-canary","error_description":"bad secret s3cr3t-canary"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"error":"invalid_client","error_description":"s3cr3t-canary"}""", HttpStatusCode.Unauthorized)]
    [InlineData("s3cr3t-canary is no JSON", HttpStatusCode.InternalServerError)]
    [InlineData("s3cr3t-canary is no JSON", HttpStatusCode.OK)]
    [InlineData("""{"s3cr3t-canary": 1, oops""", HttpStatusCode.OK)]
    [InlineData("""{"access_token":"a b","token_type":"s3cr3t-canary"}""", HttpStatusCode.OK)]
    [InlineData("""{"access_token":"a","token_type":"s3cr3t-canary"}""", HttpStatusCode.OK)]
    [Scenario("worker-authentication", 9)]
    public async Task GetToken_ProviderEchoesTheSecret_IsInNoErrorAndNoLog(string body, HttpStatusCode status)
    {
        var loggers = new RecordingLoggers();
        var provider = ProviderFixture.Issuing();
        using var source = provider.Source(ProviderFixture.Options() with { Authentication = ClientAuthentication.ClientSecretPost }, loggers);
        await source.GetTokenAsync();
        provider.Clock.Advance(TimeSpan.FromSeconds(3550));
        provider.Answer = (_, _) => Task.FromResult(ScriptedHttpHandler.Json(body, status));

        await source.GetTokenAsync();
        var error = await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync(forceRefresh: true));

        provider.Handler.Received[^1].Body.ShouldContain(ProviderFixture.ClientSecret, customMessage: "the provider did receive it");
        error.ToString().ShouldNotContain(ProviderFixture.ClientSecret);
        loggers.Lines.ShouldNotBeEmpty();
        loggers.Lines.ShouldAllBe(l => !l.Contains(ProviderFixture.ClientSecret) && !l.Contains("token-1"));
    }

    [Theory]
    [InlineData("{}", "no access_token")]
    [InlineData("""{"access_token":""}""", "no access_token")]
    [InlineData("""{"access_token":7}""", "no access_token")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("<html>", "not a JSON object")]
    [InlineData("", "not a JSON object")]
    [InlineData("""{"access_token":"a\r\nX-Injected: b"}""", "no header")]
    [InlineData("""{"access_token":"t","token_type":"DPoP"}""", "bearer")]
    [InlineData("""{"access_token":"\ud800"}""", "no access_token")]
    [InlineData("""{"access_token":"t","expires_in":0}""", "already expired")]
    [Scenario("worker-authentication", 10)]
    public async Task GetToken_AnswerIsNoToken_IsATypedError(string body, string hint)
    {
        var provider = ProviderFixture.Answering(HttpStatusCode.OK, body);
        using var source = provider.Source();

        var error = await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync());

        error.Kind.ShouldBe(TokenErrorKind.InvalidResponse);
        error.Message.ShouldContain(hint);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.BadRequest)]
    [Scenario("worker-authentication", 10)]
    public async Task GetToken_AnswerOverOneMebibyte_IsATypedError(HttpStatusCode status)
    {
        var provider = ProviderFixture.Answering(status, $$"""{"access_token":"{{new string('x', 1024 * 1024)}}"}""");
        using var source = provider.Source();

        (await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync())).Message.ShouldContain("1 MiB");
    }

    [Theory]
    [InlineData("opaque", "1200", 1200)]
    [InlineData("opaque", "\"1200\"", 1200)]
    [InlineData("opaque", null, 300)]
    [InlineData("opaque", "\"soon\"", 300)]
    [InlineData("jwt:900", null, 900)]
    [InlineData("jwt:900", "3600", 900)]
    [InlineData("jwt:3600", "600", 600)]
    [InlineData("a.b.c", "700", 700)]
    [InlineData("opaque", "1e300", 3153600000)]
    [Scenario("worker-authentication", 13)]
    public async Task GetToken_Lifetime_IsTheShorterOfWhatIsKnown(string token, string? expiresIn, long life)
    {
        var provider = new ProviderFixture();
        var now = provider.Clock.GetUtcNow();
        if (token.StartsWith("jwt:", StringComparison.Ordinal))
            token = Jwt(now.ToUnixTimeSeconds(), now.ToUnixTimeSeconds() + int.Parse(token[4..]));
        provider.Answer = (_, _) => Task.FromResult(
            ScriptedHttpHandler.Json($$"""{"access_token":"{{token}}"{{(expiresIn is null ? "" : $",\"expires_in\":{expiresIn}")}}}"""));
        using var source = provider.Source();

        (await source.GetTokenAsync()).ExpiresAt.ShouldBe(now.AddSeconds(life));
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(-3600)]
    [InlineData(7200)]
    [Scenario("worker-authentication", 14)]
    public async Task GetToken_LocalClockIsWrong_TakesTheTokensOwnLife(int clockError)
    {
        var provider = new ProviderFixture();
        var atProvider = provider.Clock.GetUtcNow().AddSeconds(-clockError).ToUnixTimeSeconds();
        provider.Answer = (_, _) => Task.FromResult(ScriptedHttpHandler.Json($$"""{"access_token":"{{Jwt(atProvider, atProvider + 900)}}"}"""));
        using var source = provider.Source();

        (await source.GetTokenAsync()).ExpiresAt.ShouldBe(provider.Clock.GetUtcNow().AddSeconds(900));
    }

    [Fact]
    public async Task GetToken_SlowAnswer_CountsTheLifeFromTheRequest()
    {
        var provider = ProviderFixture.Issuing(100);
        var issue = provider.Answer;
        provider.Answer = (request, cancellation) =>
        {
            provider.Clock.Advance(TimeSpan.FromSeconds(8));
            return issue(request, cancellation);
        };
        using var source = provider.Source();
        var asked = provider.Clock.GetUtcNow();

        (await source.GetTokenAsync()).ExpiresAt.ShouldBe(asked.AddSeconds(100));
    }

    [Fact]
    public async Task GetToken_ProviderHangs_TimesOutAsTransient()
    {
        var provider = new ProviderFixture();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        provider.Answer = async (_, cancellation) =>
        {
            asked.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellation);
            throw new InvalidOperationException("not reached");
        };
        using var source = provider.Source();
        var waiting = source.GetTokenAsync().AsTask();
        await asked.Task;

        provider.Clock.Advance(TimeSpan.FromSeconds(10));

        var error = await Should.ThrowAsync<TokenException>(waiting);
        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain("10 s");
    }

    [Fact]
    public async Task GetToken_NetworkFails_IsTransientAndRecovers()
    {
        var provider = new ProviderFixture { Answer = (_, _) => throw new HttpRequestException("connection refused") };
        using var source = provider.Source();

        (await Should.ThrowAsync<TokenException>(async () => await source.GetTokenAsync())).IsTransient.ShouldBeTrue();
        provider.Issue();

        (await source.GetTokenAsync()).Value.Reveal().ShouldBe("token-1");
    }

    private static string Jwt(long issued, long expires) =>
        $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"iat":{{issued}},"exp":{{expires}}}"""))}.c2ln";
}
