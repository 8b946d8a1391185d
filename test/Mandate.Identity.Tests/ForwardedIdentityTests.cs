using System.Diagnostics;
using System.Net;
using System.Text;
using Mandate.Identity.Forwarding;
using Mandate.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mandate.Identity.Tests;

public sealed class ForwardedIdentityTests
{
    private static readonly Principal Alice = EnvelopeFixture.Alice;

    [Fact]
    public async Task Send_AsAlice_CarriesTokenUserAndTenant()
    {
        var tokens = new CountingTokens();
        using var http = new ScriptedHttpHandler(_ => new(HttpStatusCode.OK));
        using var client = Client(http, tokens);

        using (Principal.Use(Alice))
            (await client.GetAsync(new Uri("https://orders.example/1"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        var request = http.Received.ShouldHaveSingleItem();
        request.Header("Authorization").ShouldBe("Bearer orders-1");
        request.Header("X-Forwarded-User").ShouldBe("alice");
        request.Header("X-Forwarded-Tenant").ShouldBe("acme");
    }

    [Fact]
    public async Task Send_WithoutPrincipal_IsAClearErrorAndNothingIsSent()
    {
        using var http = new ScriptedHttpHandler(_ => new(HttpStatusCode.OK));
        using var client = Client(http, new CountingTokens());

        (await Should.ThrowAsync<InvalidOperationException>(() => client.GetAsync(new Uri("https://orders.example/1")))).Message.ShouldContain("AddIdentityPropagation");

        http.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_CallersOwnIdentityHeaders_AreReplacedAndLogged()
    {
        var loggers = new RecordingLoggers();
        using var http = new ScriptedHttpHandler(_ => new(HttpStatusCode.OK));
        using var client = Client(http, new CountingTokens(), loggers: loggers);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://orders.example/1");
        request.Headers.TryAddWithoutValidation("authorization", "Bearer users-own-jwt");
        request.Headers.TryAddWithoutValidation("x-forwarded-user", "root");
        request.Headers.TryAddWithoutValidation("X-FORWARDED-TENANT", "umbrella");

        using (Principal.Use(Alice))
            await client.SendAsync(request);

        var received = http.Received.ShouldHaveSingleItem();
        received.Header("Authorization").ShouldBe("Bearer orders-1");
        received.Header("X-Forwarded-User").ShouldBe("alice");
        received.Header("X-Forwarded-Tenant").ShouldBe("acme");
        loggers.Lines.Count(l => l.Contains("ForwardedIdentityHeaderStripped", StringComparison.Ordinal)).ShouldBe(3);
        loggers.Lines.ShouldAllBe(l => !l.Contains("users-own-jwt") && !l.Contains("orders-1"));
    }

    [Theory]
    [Scenario("identity", 26)]
    [InlineData("é 😀", "%C3%A9%20%F0%9F%98%80")]
    [InlineData("a,b", "a%2Cb")]
    public async Task Send_IdentifiersThatNoHeaderCanCarry_AreEncoded(string id, string encoded)
    {
        using var http = new ScriptedHttpHandler(_ => new(HttpStatusCode.OK));
        using var client = Client(http, new CountingTokens());

        using (Principal.Use(new(id, id)))
            await client.GetAsync(new Uri("https://orders.example/1"));

        http.Received[0].Header("X-Forwarded-User").ShouldBe(encoded);
        http.Received[0].Header("X-Forwarded-Tenant").ShouldBe(encoded);
    }

    [Fact]
    [Scenario("identity", 22)]
    public async Task Send_Answer401_RefreshesOnceAndRepeatsTheSameRequest()
    {
        var tokens = new CountingTokens();
        using var http = new ScriptedHttpHandler(r => new(r.Header("Authorization") == "Bearer orders-2" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized));
        using var client = Client(http, tokens);

        HttpResponseMessage response;
        using (Principal.Use(Alice))
            response = await client.PostAsync(new Uri("https://orders.example/1"), new StringContent("the body", Encoding.UTF8));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        http.Received.Select(r => r.Header("Authorization")).ShouldBe(["Bearer orders-1", "Bearer orders-2"]);
        http.Received.ShouldAllBe(r => r.Body == "the body" && r.Header("X-Forwarded-User") == "alice");
        tokens.Asked.ShouldBe([("orders", false), ("orders", true)]);
    }

    [Fact]
    [Scenario("identity", 22)]
    public async Task Send_Answer401Twice_GivesTheError()
    {
        var tokens = new CountingTokens();
        using var http = new ScriptedHttpHandler(_ => new(HttpStatusCode.Unauthorized));
        using var client = Client(http, tokens);

        using (Principal.Use(Alice))
            (await client.GetAsync(new Uri("https://orders.example/1"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        http.Received.Count.ShouldBe(2);
        tokens.Asked.Count(a => a.Forced).ShouldBe(1);
    }

    [Fact]
    public async Task Send_Answer401AndBodyTooLargeToKeep_IsNotRepeated()
    {
        using var http = new ScriptedHttpHandler(_ => new(HttpStatusCode.Unauthorized));
        using var client = Client(http, new CountingTokens(), new() { Audience = "orders", MaximumRepeatableBody = 10 });

        using (Principal.Use(Alice))
            (await client.PostAsync(new Uri("https://orders.example/1"), new StringContent("more than ten bytes"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        http.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Send_Afterwards_TheRequestHoldsNoToken()
    {
        using var http = new ScriptedHttpHandler(_ => new(HttpStatusCode.OK));
        using var client = Client(http, new CountingTokens());
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://orders.example/1");

        using (Principal.Use(Alice))
            await client.SendAsync(request);

        request.Headers.Authorization.ShouldBeNull();
        http.Received[0].Header("Authorization").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("http://orders.example/1", false, false)]
    [InlineData("http://orders.example/1", true, true)]
    [InlineData("http://localhost/1", false, true)]
    [InlineData("https://orders.example/1", false, true)]
    public async Task Send_Cleartext_IsRefusedUnlessLocalOrAllowed(string address, bool allow, bool sent)
    {
        using var http = new ScriptedHttpHandler(_ => new(HttpStatusCode.OK));
        using var client = Client(http, new CountingTokens(), new() { Audience = "orders", AllowCleartext = allow });

        using (Principal.Use(Alice))
        {
            if (sent)
                await client.GetAsync(new Uri(address));
            else
                (await Should.ThrowAsync<InvalidOperationException>(() => client.GetAsync(new Uri(address)))).Message.ShouldContain("in clear");
        }

        http.Received.Count.ShouldBe(sent ? 1 : 0);
    }

    [Fact]
    public async Task Send_HandlerThatFollowsRedirects_IsRefused()
    {
        using var redirecting = new SocketsHttpHandler();
        using var client = Client(redirecting, new CountingTokens());

        using (Principal.Use(Alice))
            (await Should.ThrowAsync<InvalidOperationException>(() => client.GetAsync(new Uri("http://127.0.0.1:1/")))).Message.ShouldContain("AllowAutoRedirect");
    }

    [Fact]
    [Scenario("identity", 23)]
    public async Task Registered_ServiceRedirectsToAnotherHost_NothingIsSentThere()
    {
        var elsewhere = new List<string>();
        await using var other = await ServeAsync(context =>
        {
            elsewhere.Add(context.Request.Path);
            return Task.CompletedTask;
        });
        await using var orders = await ServeAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = other.Urls.Single() + "/stolen";
            return Task.CompletedTask;
        });
        await using var services = Services(new CountingTokens());

        using (Principal.Use(Alice))
        {
            var response = await services.GetRequiredService<IHttpClientFactory>().CreateClient("orders").GetAsync(new Uri(orders.Urls.Single()));
            response.StatusCode.ShouldBe(HttpStatusCode.TemporaryRedirect);
        }

        elsewhere.ShouldBeEmpty();
    }

    [Fact]
    public async Task Registered_OverTheWire_CarriesIdentityAndTraceContext()
    {
        IHeaderDictionary? received = null;
        await using var orders = await ServeAsync(context =>
        {
            received = new HeaderDictionary(context.Request.Headers.ToDictionary());
            return Task.CompletedTask;
        });
        await using var services = Services(new CountingTokens());
        using var trace = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        using (Principal.Use(Alice))
            (await services.GetRequiredService<IHttpClientFactory>().CreateClient("orders").GetAsync(new Uri(orders.Urls.Single()))).EnsureSuccessStatusCode();

        received.ShouldNotBeNull();
        received.Authorization.ToString().ShouldBe("Bearer orders-1");
        received["X-Forwarded-User"].ToString().ShouldBe("alice");
        received["X-Forwarded-Tenant"].ToString().ShouldBe("acme");
        received.TraceParent.ToString().ShouldContain(trace.TraceId.ToString());
    }

    private static ServiceProvider Services(IServiceTokenSource tokens)
    {
        var services = new ServiceCollection();
        services.AddSingleton(tokens);
        services.AddLogging();
        services.AddHttpClient("orders").AddForwardedIdentity("orders");
        return services.BuildServiceProvider();
    }

    private static async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }

    private static HttpClient Client(HttpMessageHandler inner, IServiceTokenSource tokens, ForwardedIdentityOptions? options = null, ILoggerFactory? loggers = null) =>
        new(new ForwardedIdentityHandler(tokens, options ?? new() { Audience = "orders" }, (loggers ?? new RecordingLoggers()).CreateLogger<ForwardedIdentityHandler>()) { InnerHandler = inner });

    private sealed class CountingTokens : IServiceTokenSource
    {
        private int _issued = 1;

        public List<(string Audience, bool Forced)> Asked { get; } = [];

        public ValueTask<string> GetTokenAsync(string audience, bool forceRefresh, CancellationToken cancellation)
        {
            Asked.Add((audience, forceRefresh));
            return new($"{audience}-{(forceRefresh ? ++_issued : _issued)}");
        }
    }
}
